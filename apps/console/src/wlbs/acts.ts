/** An act on hosts or port rules: what is sent, and what the dialog says before. Pure. */
import type { Consequence } from "../acts/consequence.ts";
import type { Inputs } from "../api/trpc.ts";

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
