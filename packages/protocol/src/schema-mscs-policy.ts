/**
 * Schema of the policy of a pair. Strict, as all of a bundle. Policies of the former form, which nodes hold on disk, are
 * read into the present one.
 */
import { type FormerMscsPolicy, fromFormerMscs } from "@bulkhead/core/fleet";
import * as z from "zod";
import { address, count, name, port, prefixLength, rows } from "./schema-parts.ts";

const restart = z.strictObject({
  action: z.enum(["none", "restart", "failover"]),
  threshold: count,
  periodS: count,
  delayMs: count,
});
const resourceCommon = {
  name,
  dependsOn: rows(name),
  possibleOwners: rows(name),
  restart,
  pendingTimeoutS: count.nullable(),
  looksAliveS: count.nullable(),
  isAliveS: count.nullable(),
  retryAfterS: count.nullable(),
};
const path = z.string().min(1).max(1024);
const text = z.string().max(4096);
const parameters = z.record(name, z.string().max(4096));

const mscsResource = z.discriminatedUnion("type", [
  z.strictObject({
    ...resourceCommon,
    type: z.literal("ipAddress"),
    address,
    prefixLength,
    interface: name,
  }),
  z.strictObject({
    ...resourceCommon,
    type: z.literal("networkName"),
    hostName: z.string().min(1).max(253),
    ip: name,
    update: z.enum(["dns", "hosts"]),
    server: address.nullable(),
    keyFile: path.nullable(),
    ttlS: count,
  }),
  z.strictObject({
    ...resourceCommon,
    type: z.literal("filesystem"),
    device: path,
    mount: path,
    fs: name,
    options: text,
  }),
  z.strictObject({
    ...resourceCommon,
    type: z.literal("nfsShare"),
    directory: path,
    clients: text,
    options: text,
    fsid: count,
  }),
  z.strictObject({
    ...resourceCommon,
    type: z.literal("smbShare"),
    share: name,
    directory: path,
    readOnly: z.boolean(),
  }),
  z.strictObject({ ...resourceCommon, type: z.literal("genericService"), unit: name }),
  z.strictObject({
    ...resourceCommon,
    type: z.literal("genericApplication"),
    command: text,
    directory: path,
    user: name,
    stopSignal: name,
  }),
  z.strictObject({ ...resourceCommon, type: z.literal("genericScript"), script: path, user: name }),
  z.strictObject({ ...resourceCommon, type: z.literal("printSpooler"), spoolDirectory: path }),
  z.strictObject({ ...resourceCommon, type: z.literal("timeService"), config: path.nullable() }),
  z.strictObject({
    ...resourceCommon,
    type: z.literal("postgresql"),
    dataDir: path,
    binDir: path.nullable(),
    port,
  }),
  z.strictObject({
    ...resourceCommon,
    type: z.literal("messageQueue"),
    broker: z.enum(["rabbitmq", "mosquitto"]),
    dataDir: path,
    port,
  }),
  z.strictObject({
    ...resourceCommon,
    type: z.literal("ocf"),
    // Longer than a name: provider and type have 64 characters each.
    agent: z.string().min(1).max(160),
    parameters,
    holdsSharedDisk: z.boolean(),
  }),
]);

const hour = z.number().int().min(0).max(24);

const mscsGroup = z.strictObject({
  name,
  preferredOwners: rows(name),
  failback: z.strictObject({ allow: z.boolean(), windowHours: z.tuple([hour, hour]).nullable() }),
  failover: z.strictObject({ threshold: count, periodHours: z.number().min(0).max(100_000) }),
  priority: z.enum(["high", "medium", "low", "noAutoStart"]),
  antiAffinity: rows(name),
  persistentState: z.boolean(),
  resources: rows(mscsResource),
});

const mscsNode = z.strictObject({
  node: name,
  nodeId: z.number().int().min(1).max(2),
  address,
  secondAddress: address.nullable(),
});

const mscsNetwork = z.strictObject({
  name,
  subnet: z.string().min(4).max(64),
  role: z.enum(["internal", "client", "both"]),
  link: z.union([z.literal(0), z.literal(1)]).nullable(),
});

const present = z.strictObject({
  cluster: name,
  engine: z.enum(["made", "adopted"]),
  nodes: z.tuple([mscsNode, mscsNode]),
  networks: rows(mscsNetwork),
  witness: z.strictObject({ node: name, address }).nullable(),
  fencing: z.strictObject({ agent: name, parameters, nodes: z.record(name, parameters) }).nullable(),
  tokenMs: z.number().int().min(1000).max(600_000),
  groups: rows(mscsGroup),
});

const formerCommon = {
  name,
  dependsOn: rows(name),
  restart: z.strictObject({ threshold: count, periodS: count }),
};

const formerResource = z.discriminatedUnion("type", [
  z.strictObject({ ...formerCommon, type: z.literal("ipAddress"), address, prefixLength, interface: name }),
  z.strictObject({ ...formerCommon, type: z.literal("filesystem"), device: path, mount: path, fs: name }),
  z.strictObject({
    ...formerCommon,
    type: z.literal("postgresql"),
    dataDir: path,
    binDir: path.nullable(),
    port,
  }),
]);

const formerNode = z.strictObject({ node: name, nodeId: z.number().int().min(1).max(2), address });

const former = z.strictObject({
  cluster: name,
  nodes: z.tuple([formerNode, formerNode]),
  witness: z.strictObject({ node: name, address }),
  fencing: z.strictObject({ agent: name, nodes: z.record(name, parameters) }),
  tokenMs: z.number().int().min(1000).max(600_000),
  groups: rows(
    z.strictObject({
      name,
      preferredOwners: rows(name),
      failback: z.strictObject({ allow: z.boolean(), windowHours: z.tuple([hour, hour]).nullable() }),
      failover: z.strictObject({ threshold: count, periodHours: z.number().min(0).max(100_000) }),
      resources: rows(formerResource),
    }),
  ),
}) satisfies z.ZodType<FormerMscsPolicy>;

/** What is not a former policy goes on as it is, so that complaints are about the present form. */
export const mscsPolicy = z.preprocess((value) => {
  const read = former.safeParse(value);
  return read.success ? fromFormerMscs(read.data) : value;
}, present);
