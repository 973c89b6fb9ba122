/**
 * Schema of what a bundle carries. Strict: a field that this agent does not know could be the very thing that
 * makes a policy safe, so it refuses the bundle (and says so) instead of leaving the field out.
 */
import * as z from "zod";
import { address, base64Text, count, name, port, prefixLength, rows } from "./schema-parts.ts";
import { wlbsPolicy } from "./schema-wlbs-policy.ts";

const restart = z.strictObject({ threshold: count, periodS: count });
const resourceCommon = { name, dependsOn: rows(name), restart };
const path = z.string().min(1).max(1024);

export const mscsResource = z.discriminatedUnion("type", [
  z.strictObject({
    ...resourceCommon,
    type: z.literal("ipAddress"),
    address,
    prefixLength,
    interface: name,
  }),
  z.strictObject({ ...resourceCommon, type: z.literal("filesystem"), device: path, mount: path, fs: name }),
  z.strictObject({
    ...resourceCommon,
    type: z.literal("postgresql"),
    dataDir: path,
    binDir: path.nullable(),
    port,
  }),
]);

const hour = z.number().int().min(0).max(24);

export const mscsGroup = z.strictObject({
  name,
  preferredOwners: rows(name),
  failback: z.strictObject({ allow: z.boolean(), windowHours: z.tuple([hour, hour]).nullable() }),
  failover: z.strictObject({ threshold: count, periodHours: z.number().min(0).max(100_000) }),
  resources: rows(mscsResource),
});

const mscsNode = z.strictObject({ node: name, nodeId: z.number().int().min(1).max(2), address });

export const mscsPolicy = z.strictObject({
  cluster: name,
  nodes: z.tuple([mscsNode, mscsNode]),
  witness: z.strictObject({ node: name, address }),
  fencing: z.strictObject({
    agent: name,
    nodes: z.record(name, z.record(name, z.string().max(4096))),
  }),
  tokenMs: z.number().int().min(1000).max(600_000),
  groups: rows(mscsGroup),
});

const wall = z.strictObject({
  vips: rows(z.strictObject({ address, cluster: name })),
  mscsAddresses: rows(z.strictObject({ address, owner: z.string().max(512) })),
});

export const nodePolicy = z.discriminatedUnion("service", [
  z.strictObject({ service: z.literal("wlbs"), wlbs: wlbsPolicy, wall }),
  z.strictObject({ service: z.literal("mscs"), mscs: mscsPolicy, wall }),
  z.strictObject({
    service: z.literal("witness"),
    witness: z.strictObject({ cluster: name, address }),
    wall,
  }),
  z.strictObject({ service: z.literal("none"), wall }),
]);

export const bundlePayload = z.strictObject({
  formatVersion: z.literal(1),
  node: name,
  machineId: name,
  generation: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  issuedAt: count,
  policy: nodePolicy,
  sealedSecrets: base64Text.nullable(),
});

export const bundleSecrets = z.strictObject({
  heartbeatKeys: z
    .array(z.strictObject({ id: count, key: base64Text }))
    .max(16)
    .exactOptional(),
  corosyncAuthkey: base64Text.exactOptional(),
});
