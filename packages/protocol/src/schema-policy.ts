/**
 * Schema of what a bundle carries. Strict: a field that this agent does not know could be the very thing that
 * makes a policy safe, so it refuses the bundle (and says so) instead of leaving the field out.
 */
import * as z from "zod";
import { mscsPolicy } from "./schema-mscs-policy.ts";
import { address, base64Text, count, name, rows } from "./schema-parts.ts";
import { wlbsPolicy } from "./schema-wlbs-policy.ts";

const wall = z.strictObject({
  vips: rows(z.strictObject({ address, cluster: name })),
  mscsAddresses: rows(z.strictObject({ address, owner: z.string().max(512) })),
});

const servedPair = z.strictObject({ cluster: name, address });

export const nodePolicy = z.discriminatedUnion("service", [
  z.strictObject({ service: z.literal("wlbs"), wlbs: wlbsPolicy, wall }),
  z.strictObject({ service: z.literal("mscs"), mscs: mscsPolicy, wall }),
  z.strictObject({
    service: z.literal("witness"),
    witness: z.strictObject({ cluster: name, address, others: rows(servedPair).exactOptional() }),
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

/** A certificate or key with room to spare. */
const pem = z.string().min(64).max(16_384);

export const bundleSecrets = z.strictObject({
  heartbeatKeys: z
    .array(z.strictObject({ id: count, key: base64Text }))
    .max(16)
    .exactOptional(),
  corosyncAuthkey: base64Text.exactOptional(),
  witnessTls: z.strictObject({ caCert: pem, cert: pem, key: pem }).exactOptional(),
});
