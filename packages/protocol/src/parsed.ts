/** Reading hostile input gives a value, never a throw: either what was read, or one sentence why not. */

export type Parsed<T> = { ok: true; value: T } | { ok: false; problem: string };

export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function unreadable<T>(problem: string): Parsed<T> {
  return { ok: false, problem };
}
