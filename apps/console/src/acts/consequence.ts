/** What an act will do, in sentences: what both tiers' dialogs print before anything happens. Pure. */

export interface Consequence {
  text: string;
  /** Something will break for somebody. */
  breaks: boolean;
}

export function breakingFirst(lines: readonly Consequence[]): Consequence[] {
  return lines.toSorted((a, b) => Number(b.breaks) - Number(a.breaks));
}

export const calm = (text: string): Consequence => ({ text, breaks: false });
export const breaking = (text: string): Consequence => ({ text, breaks: true });

/** "web-1, web-2 and web-3"; more than six are counted. */
export function listed(names: readonly string[]): string {
  if (names.length > 6) return `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
