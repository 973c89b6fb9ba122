/**
 * Schema of a WLBS policy inside a bundle. Strict, as all of a bundle; ranges are those of DOMAIN 1.1 to 1.3. Policies of
 * the former form, which nodes hold on disk, are read into the present one.
 */
import { type FormerWlbsPolicy, fromFormer } from "@bulkhead/core/fleet";
import * as z from "zod";
import { address, hostId, name, port, prefixLength } from "./schema-parts.ts";

const protocol = z.enum(["tcp", "udp", "both"]);
const affinity = z.enum(["none", "single", "network"]);
const macAddress = z.string().regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);
const httpStatus = z.number().int().min(100).max(599);
const tries = z.number().int().min(1).max(10);
const heartbeat = z.strictObject({
  periodMs: z.number().int().min(10).max(60_000),
  tolerance: z.number().int().min(2).max(100),
});
const hashSeed = z.number().int().min(0).max(0xffff_ffff);

const probeCheck = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("tcp"), port }),
  z.strictObject({
    kind: z.literal("http"),
    port,
    path: z.string().min(1).max(1024),
    host: z.string().min(1).max(253).nullable(),
    statusMin: httpStatus,
    statusMax: httpStatus,
    bodyContains: z.string().min(1).max(1024).nullable(),
  }),
  z.strictObject({
    kind: z.literal("script"),
    command: z.string().startsWith("/").max(1024),
    args: z.array(z.string().max(1024)).max(32),
  }),
]);

const probe = z.strictObject({
  check: probeCheck,
  periodMs: z.number().int().min(100).max(60_000),
  timeoutMs: z.number().int().min(50).max(60_000),
  rise: tries,
  fall: tries,
  whenAllFail: z.enum(["serve", "stop"]),
});

const portRule = z.strictObject({
  name,
  vip: address.nullable(),
  startPort: port,
  endPort: port,
  protocol,
  mode: z.enum(["multiple", "single", "disabled"]),
  affinity,
  affinityTimeoutMin: z.number().int().min(0).max(240),
  weights: z.array(z.strictObject({ hostId, weight: z.number().int().min(0).max(100) })).max(32),
  priorities: z.array(z.strictObject({ hostId, priority: z.number().int().min(1).max(32) })).max(32),
  probe: probe.nullable(),
});

const formerHost = { node: name, hostId, dedicatedIp: address, prefixLength, interface: name };

const clusterHost = z.strictObject({
  ...formerHost,
  initialState: z.enum(["started", "stopped", "suspended"]),
  retainSuspended: z.boolean(),
});

const present = z.strictObject({
  cluster: name,
  internetName: z.string().min(1).max(253).nullable(),
  vips: z.array(z.strictObject({ address, prefixLength })).min(1).max(32),
  mode: z.enum(["unicast", "multicast", "igmp", "direct"]),
  clusterMac: macAddress.nullable(),
  heartbeat,
  partition: z.enum(["serve", "majority"]),
  filterIcmp: z.boolean(),
  hosts: z.array(clusterHost).min(1).max(32),
  rules: z.array(portRule).max(32),
  hashSeed,
  heartbeatGroup: address,
  heartbeatPort: port,
});

const former = z.strictObject({
  cluster: name,
  vip: address,
  vipPrefixLength: prefixLength,
  mode: z.literal("multicast"),
  clusterMac: macAddress,
  heartbeat,
  hosts: z
    .array(z.strictObject({ ...formerHost, initialState: z.enum(["started", "stopped"]) }))
    .min(1)
    .max(32),
  rules: z
    .array(
      z.strictObject({
        name,
        startPort: port,
        endPort: port,
        protocol,
        mode: z.literal("multiple"),
        affinity,
      }),
    )
    .max(32),
  hashSeed,
  heartbeatGroup: address,
  heartbeatPort: port,
}) satisfies z.ZodType<FormerWlbsPolicy>;

/** What is not a former policy goes on as it is, so that complaints are about the present form. */
export const wlbsPolicy = z.preprocess((value) => {
  const read = former.safeParse(value);
  return read.success ? fromFormer(read.data) : value;
}, present);
