/**
 * The fleet file as zod sees it (DESIGN, "Fleet file"). Strict: an unknown key is an error, because a misspelt
 * key that is silently ignored is a deployment that does something else than its author believes.
 */
import { z } from "zod";
import { absolutePath, cidr, name, networkInterface } from "./schema-parts.ts";
import { wlbsCluster } from "./schema-wlbs.ts";

const restart = z.strictObject({
  threshold: z.int().min(1).max(1000),
  periodS: z.int().min(1).max(1_000_000),
});

const resourceCommon = { dependsOn: z.array(name).default([]), restart: restart.optional() };

const resource = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("ipAddress"),
    address: cidr,
    interface: networkInterface.default("eth0"),
    ...resourceCommon,
  }),
  z.strictObject({
    type: z.literal("filesystem"),
    device: absolutePath,
    mount: absolutePath,
    fs: z.enum(["ext4", "xfs"]).default("ext4"),
    ...resourceCommon,
  }),
  z.strictObject({
    type: z.literal("postgresql"),
    dataDir: absolutePath,
    binDir: absolutePath.optional(),
    port: z.int().min(1).max(65_535).default(5432),
    ...resourceCommon,
  }),
]);

const group = z.strictObject({
  preferredOwners: z.array(name).default([]),
  failback: z
    .strictObject({
      allow: z.boolean().default(false),
      windowHours: z.tuple([z.int().min(0).max(23), z.int().min(0).max(23)]).optional(),
    })
    .optional(),
  failover: z
    .strictObject({ threshold: z.int().min(0).max(1000), periodHours: z.int().min(0).max(1193) })
    .optional(),
  resources: z.record(name, resource),
});

const fencing = z.strictObject({
  agent: z.string().regex(/^fence_[a-z0-9_]+$/, "name a fence agent in /usr/sbin, for example fence_ipmilan"),
  nodes: z
    .record(
      name,
      z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.union([z.string(), z.number(), z.boolean()])),
    )
    .default({}),
});

const mscsCluster = z.strictObject({
  nodes: z.array(name),
  witness: name,
  fencing,
  tokenMs: z
    .int()
    .min(1000, "a token below 1000 ms makes healthy nodes fence each other under load")
    .max(30_000)
    .default(1000),
  groups: z.record(name, group),
});

export const fleetSchema = z.strictObject({
  version: z.literal(1, "this version reads fleet files with version: 1"),
  wlbs: z.record(name, wlbsCluster).default({}),
  mscs: z.record(name, mscsCluster).default({}),
});

export type FleetFile = z.infer<typeof fleetSchema>;

/** JSON Schema (2020-12) of what may be written, for editors; what needs more than one field is checked by `parseFleet`. */
export function fleetJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(fleetSchema, { io: "input" }) };
}
