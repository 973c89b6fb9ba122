/** The small schemas that the others are made of, with their limits. */
import * as z from "zod";
import { nameLengthMax, rowsMax, sentenceLengthMax } from "./limits.ts";

export const name = z.string().min(1).max(nameLengthMax);
/** An address as text; it is compared canonically by core, not here. */
export const address = z.string().min(2).max(64);
export const sentence = z.string().max(sentenceLengthMax);
/** Epoch milliseconds, counters, generations. */
export const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const prefixLength = z.number().int().min(0).max(128);
export const port = z.number().int().min(0).max(65535);
export const hostId = z.number().int().min(1).max(32);
export const base64Text = z
  .string()
  .max(700_000)
  .regex(/^[A-Za-z0-9+/]*={0,2}$/);
/** Nonces, key ids, and other base64url texts. */
export const idText = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9_.:-]+$/);
export const signature = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/);

/** An array with the common limit on its rows. */
export function rows<T extends z.ZodType>(row: T): z.ZodArray<T> {
  return z.array(row).max(rowsMax);
}

export const placedAddress = z.object({
  interface: name,
  address,
  prefixLength,
  isDynamic: z.boolean().exactOptional(),
});

export const service = z.enum(["wlbs", "mscs"]);

export const objectRef = z.object({
  kind: z.enum([
    "fleet",
    "node",
    "wlbs-cluster",
    "wlbs-host",
    "port-rule",
    "mscs-cluster",
    "group",
    "resource",
    "address",
    "deployment",
    "bundle",
  ]),
  name: z.string().max(512),
});

export const refusal = z.object({
  rule: z.string().min(1).max(64),
  severity: z.enum(["error", "warn"]),
  objects: rows(objectRef),
  message: sentence,
  reason: sentence,
  cure: sentence,
});
