/** Writes the keys of one object into the fleet file: only those that say something else than before. Pure. */
import { valueAt, without, withValue } from "../../fleet-file/fleet-document.ts";
import type { Plain } from "../../fleet-file/plain.ts";
import { cleaned } from "../../fleet-file/plain.ts";

/** What a form says, key by key; undefined = the key is not to be said. */
type Keys = Readonly<Record<string, Plain | undefined>>;

/**
 * Keys that are not named stay as they are.
 * @param said.before What the form would write if nobody changed anything in it. A key that says the same stays as a person wrote
 *   it, also where the form would say it in other words (a default that it leaves out, or one that it names). Empty = a new object.
 * @param said.now What it writes.
 */
export function patched(text: string, path: readonly string[], said: { before: Keys; now: Keys }): string {
  const { before: untouched, now: keys } = said;
  if (valueAt(text, path) === undefined) return withValue(text, path, cleaned({ ...keys }));
  return Object.entries(keys).reduce((file, [key, value]) => {
    if (key in untouched && isSame(untouched[key], value)) return file;
    const before = valueAt(file, [...path, key]);
    if (value === undefined) return before === undefined ? file : without(file, [...path, key]);
    return isSame(before as Plain, value) ? file : withValue(file, [...path, key], value);
  }, text);
}

function isSame(before: Plain | undefined, value: Plain | undefined): boolean {
  if (before === undefined || value === undefined) return before === value;
  return JSON.stringify(cleaned(before)) === JSON.stringify(cleaned(value));
}
