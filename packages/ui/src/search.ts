/** Finding rows by words. Pure. */

/** True if every word of `text` is somewhere in `said`, whatever its case. No words find everything. */
export function hasWords(said: string, text: string): boolean {
  const lower = said.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}
