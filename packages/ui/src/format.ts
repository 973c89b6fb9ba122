/** Numbers and times as people read them. Pure: `now` is a parameter. */

const grouping = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** "1,204"; a missing value is a dash, never a zero. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : grouping.format(value);
}

/** "33.3 %"; one decimal, because 32 hosts differ by less than one percent. */
export function percent(part: number, whole: number): string {
  return whole <= 0 ? "–" : `${((part / whole) * 100).toFixed(1)} %`;
}

/** "1,240", "0.4"; small rates keep a decimal so that a trickle is not shown as nothing. The unit stands beside it. */
export function rate(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return value > 0 && value < 10 ? value.toFixed(1) : grouping.format(value);
}

const byteUnits = ["B", "kB", "MB", "GB", "TB"];

/** "12.4 MB/s", decimal units. */
export function bytesPerSecond(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  const step = Math.min(byteUnits.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  const scaled = value / 1000 ** step;
  return `${scaled >= 100 || step === 0 ? scaled.toFixed(0) : scaled.toFixed(1)} ${byteUnits[step]}/s`;
}

/** "12.4 MB", decimal units. */
export function bytes(value: number | null | undefined): string {
  return bytesPerSecond(value).replace("/s", "");
}

/** "0.8 s", "14 s", "3 min", "2 h", "5 d". Coarse on purpose: the exact instant is in the tooltip. */
export function duration(ms: number): string {
  const s = Math.max(0, ms) / 1000;
  if (s < 1) return `${s.toFixed(1)} s`;
  if (s < 90) return `${Math.round(s)} s`;
  if (s < 90 * 60) return `${Math.round(s / 60)} min`;
  if (s < 36 * 3600) return `${Math.round(s / 3600)} h`;
  return `${Math.round(s / 86400)} d`;
}

/** "14 s ago"; what is less than a second old, or a little in the future by clock skew, is "just now". */
export function ago(at: number, now: number): string {
  return now - at < 1000 ? "just now" : `${duration(now - at)} ago`;
}

/** "in 14 min", or "over" once it is past. */
export function until(at: number, now: number): string {
  return at <= now ? "over" : `in ${duration(at - now)}`;
}

/** Local and UTC text of an instant, for tooltips. */
export function instant(at: number): string {
  const date = new Date(at);
  return `${date.toLocaleString()} local\n${date.toISOString()} UTC`;
}

/** First eight characters of a hash. */
export function shortHash(hash: string): string {
  return hash.slice(0, 8);
}

/** "1 host", "3 hosts". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
