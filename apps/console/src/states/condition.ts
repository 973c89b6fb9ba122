/** A state as shown: role, one word, and the why line that keeps it from being only an adjective. */
import type { StateRole } from "@bulkhead/ui/state.tsx";

export interface Condition {
  role: StateRole;
  word: string;
  /** Cause, since when, what is awaited. Null only when all is well. */
  why: string | null;
}
