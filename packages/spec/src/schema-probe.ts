/** Health probes of port rules, as the fleet file writes them. */
import { z } from "zod";
import { absolutePath } from "./schema-parts.ts";

const tries = z.int().min(1).max(10).default(2);

/** Ranges of `Probe` in core/wlbs. Without timeoutMs: 1000, or the period where that is shorter. */
const common = {
  periodMs: z.int().min(100).max(60_000).default(1000),
  timeoutMs: z.int().min(50).max(60_000).optional(),
  rise: tries,
  fall: tries,
  whenAllFail: z.enum(["serve", "stop"]).default("serve"),
};

const timeoutFits = (probe: { periodMs: number; timeoutMs?: number | undefined }) =>
  probe.timeoutMs === undefined || probe.timeoutMs <= probe.periodMs;
const tooLong = {
  path: ["timeoutMs"],
  message: "the probe may take longer than its period",
  params: { cure: "Write a timeoutMs of at most periodMs." },
};

/** Absent: the first port of the rule. */
const port = z.int().min(1).max(65_535).optional();

const tcp = z.strictObject({ port, ...common }).refine(timeoutFits, tooLong);

const http = z
  .strictObject({
    path: z
      .string()
      .regex(/^\/[\x21-\x7e]*$/, "write the path of the request, for example /healthz")
      .max(1024),
    port,
    host: z
      .string()
      .regex(/^[A-Za-z0-9._:[\]-]+$/, "write the name that the Host header is to carry")
      .max(253)
      .optional(),
    status: z
      .union([z.int(), z.string()])
      .refine((status) => statusRange(status) !== null, {
        message: "it is no range of HTTP status codes",
        params: { cure: "Write one code from 100 to 599, or a range such as 200-399." },
      })
      .default("200-399"),
    contains: z.string().min(1).max(1024).optional(),
    ...common,
  })
  .refine(timeoutFits, tooLong);

const script = z
  .strictObject({
    command: absolutePath,
    args: z.array(z.string().max(1024)).max(32).default([]),
    ...common,
  })
  .refine(timeoutFits, tooLong);

export const probe = z
  .strictObject({ tcp: tcp.optional(), http: http.optional(), script: script.optional() })
  .refine((kinds) => Object.values(kinds).filter((kind) => kind !== undefined).length === 1, {
    message: "a probe asks in exactly one way",
    params: { cure: "Write one of tcp: {}, http: { path: /healthz } or script: { command: /path }." },
  });

export type FileProbe = z.infer<typeof probe>;

/** First and last status code; null if the value is no range within 100-599. */
export function statusRange(status: string | number): { statusMin: number; statusMax: number } | null {
  const [, first = "", last = first] = /^(\d{3})(?:-(\d{3}))?$/.exec(String(status)) ?? [];
  const [statusMin, statusMax] = [Number(first), Number(last)];
  return statusMin >= 100 && statusMin <= statusMax && statusMax <= 599 ? { statusMin, statusMax } : null;
}
