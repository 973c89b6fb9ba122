/**
 * FNV-1a over the UTF-16 code units of a text, 32 bit unsigned. For numbers that must be the same wherever they are
 * computed and differ between names; it protects nothing.
 */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
