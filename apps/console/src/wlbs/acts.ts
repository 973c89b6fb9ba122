/** An act on hosts or port rules: what is sent, and what the dialog says before. Pure. */
import type { Inputs } from "../api/trpc.ts";

export interface Consequence {
  text: string;
  /** Something will break for somebody. */
  breaks: boolean;
}

export interface Act {
  /** "Stop host web-2". Also names the button, without its object. */
  title: string;
  button: string;
  /** Whom it is about, one sentence. */
  lead: string;
  order: Inputs["wlbs"]["command"];
  /** What will happen, the breaking ones first. */
  lines: Consequence[];
  /** A drain may have a time limit. */
  hasDeadline: boolean;
  /** Nobody answers afterwards: this name must be typed first. Null = a press is enough. */
  typed: string | null;
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
