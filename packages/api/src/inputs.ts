/** The zod inputs that several procedures share: names, limits, ids. */
import { z } from "zod";

/** Node, cluster and group names: what the fleet file accepts as a key. */
export const nameInput = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "Use small letters, digits and hyphens, for example web-1.");

/** Free text names of people and tokens. */
export const labelInput = z.string().trim().min(1).max(100);

export const idInput = z.string().min(1).max(100);

/** Rows of a list, newest first. */
export const limitInput = z.number().int().min(1).max(500).default(50);

/** Sent back by the SSE client after a break; a live view starts over with the present state. */
export const resumeInput = z.object({ lastEventId: z.string().max(100).nullish() });
