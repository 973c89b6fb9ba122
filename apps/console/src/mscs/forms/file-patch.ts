/** Writes the keys of one object into the fleet file: only those that say something else than before. Pure. */
import { valueAt, without, withValue } from "../../fleet-file/fleet-document.ts";
import type { Plain } from "../../fleet-file/plain.ts";
import { cleaned } from "../../fleet-file/plain.ts";

/**
 * @param keys undefined = the key is not to be said. Keys that are not named here stay as they are.
 */
export function patched(
  text: string,
  path: readonly string[],
  keys: Readonly<Record<string, Plain | undefined>>,
): string {
  if (valueAt(text, path) === undefined) return withValue(text, path, cleaned({ ...keys }));
  return Object.entries(keys).reduce((file, [key, value]) => {
    const before = valueAt(file, [...path, key]);
    if (value === undefined) return before === undefined ? file : without(file, [...path, key]);
    return JSON.stringify(before) === JSON.stringify(cleaned(value))
      ? file
      : withValue(file, [...path, key], value);
  }, text);
}
