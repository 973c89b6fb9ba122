/**
 * Times as Pacemaker's tools print them, to epoch milliseconds (resolution: a second). Three forms are in use:
 * `2026-11-23 02:53:09Z`, `2026-11-23 02:53:09 +01:00`, and `Mon Nov 23 02:47:05 2026` without a zone, which is UTC
 * because the tools are run with TZ=UTC.
 */

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Null for what is absent or not a time. */
export function engineTime(text: string | undefined): number | null {
  if (text === undefined) return null;
  const at = isoTime(text) ?? plainTime(text);
  return at === null || Number.isNaN(at) ? null : at;
}

function isoTime(text: string): number | null {
  const found = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(text.trim());
  return found === null ? null : Date.parse(`${found[1]}T${found[2]}${found[3] ?? "Z"}`);
}

function plainTime(text: string): number | null {
  const found = /^\w{3} (\w{3})\s+(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})$/.exec(text.trim());
  const month = months.indexOf(found?.[1] ?? "");
  if (found === null || month < 0) return null;
  const [day, hour, minute, second, year] = found.slice(2).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month, day, hour, minute, second);
}
