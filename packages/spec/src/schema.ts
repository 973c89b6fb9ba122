/**
 * The fleet file as zod sees it (DESIGN, "Fleet file"). Strict: an unknown key is an error, because a misspelt
 * key that is silently ignored is a deployment that does something else than its author believes.
 */
import { parseCidr } from "@bulkhead/core/fleet";
import { z } from "zod";

/** Names are keys, and appear in URLs, host names and CIB ids. */
const name = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i,
    "a name has 1-63 letters, digits or dashes and begins with a letter",
  );

const cidr = z
  .string()
  .refine((text) => parseCidr(text) !== null, "write it as address/prefix, for example 10.77.0.100/24");
/** Linux limits interface names to 15 characters (IFNAMSIZ). */
const networkInterface = z
  .string()
  .regex(/^[a-zA-Z0-9_.@-]{1,15}$/, "write the name of a network interface, for example eth0");
const absolutePath = z.string().regex(/^\/[^\0\n"'`$\\]*$/, "write an absolute path without quotes");

const heartbeat = z.union([
  z.enum(["default", "fast", "nlb"]),
  z.strictObject({ periodMs: z.int().min(50).max(10_000), tolerance: z.int().min(3).max(100) }),
]);

const host = z.strictObject({
  id: z.int().min(1).max(32),
  interface: networkInterface,
  dedicatedIp: cidr,
  initialState: z.enum(["started", "stopped"]).default("started"),
});

const portRange = z.union([
  z.int().min(0).max(65_535),
  z.string().regex(/^\d{1,5}-\d{1,5}$/, "write one port or a range, for example 8080-8090"),
]);

const portRule = z.strictObject({
  ports: portRange,
  protocol: z.enum(["tcp", "udp", "both"]).default("both"),
  mode: z
    .enum(
      ["multiple"],
      "this version carries out multiple-host rules only: write multiple, or leave mode out",
    )
    .default("multiple"),
  affinity: z.enum(["none", "single", "network"]).default("single"),
});

const wlbsCluster = z.strictObject({
  vips: z.array(cidr).min(1, "name the virtual IP"),
  mode: z.enum(["unicast", "multicast", "igmp", "direct"]).default("multicast"),
  heartbeat: heartbeat.default("default"),
  hosts: z.record(name, host),
  rules: z.record(name, portRule),
});

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
