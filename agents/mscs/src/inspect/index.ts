/** `mscs.inspect`: everything that the validation of a pair asks of this machine. Facts, no verdicts. */
import { access } from "node:fs/promises";
import { compileCib, type MscsPolicy, type NodeFacts, type WitnessFacts } from "@bulkhead/core/mscs";
import { missingPrograms, runningDaemons } from "@bulkhead/pacemaker";
import { withPostgresPrograms } from "../preflight.ts";
import {
  agentFacts,
  bootUnits,
  type Look,
  pairPrograms,
  programFacts,
  said,
  systemFacts,
  versionOf,
} from "./machine.ts";
import {
  addressFacts,
  holderOf,
  interfaceFacts,
  nameFacts,
  peerFacts,
  portFacts,
  witnessFact,
} from "./network.ts";
import { diskFacts, fencingFacts } from "./storage.ts";

const qnetdPort = 5403;

/**
 * What runs a resource, by the names of its usual units: a second start at boot would be beside the engine. Not those of file
 * shares, whose servers run on both nodes all the time.
 */
const unitsOfTypes: Partial<Record<MscsPolicy["groups"][number]["resources"][number]["type"], string[]>> = {
  postgresql: ["postgresql.service"],
  printSpooler: ["cups.service"],
  timeService: ["chrony.service", "chronyd.service"],
  messageQueue: ["rabbitmq-server.service", "mosquitto.service"],
};

export interface InspectOptions {
  node: string;
  policy: MscsPolicy;
  /** What the engine of this node knows of the witness's TLS, if it runs. */
  witness: { isTls: boolean | null; why: string | null };
}

export async function inspectNode(look: Look, options: InspectOptions): Promise<NodeFacts> {
  const { node, policy } = options;
  const { run } = look;
  const interfaces = await interfaceFacts(run);
  const names = [...policy.nodes.map((item) => item.node), ...(policy.witness ? [policy.witness.node] : [])];
  const [network, machine, storage] = await Promise.all([
    Promise.all([
      peerFacts(run, { policy, node, interfaces }),
      addressFacts(run, policy, interfaces),
      nameFacts(names),
      portFacts(run, policy),
      witnessFact(policy, options.witness),
    ]),
    Promise.all([
      programFacts(run, pairPrograms),
      agentFacts(run, compileCib(policy)),
      postgresFacts(look, policy),
      bootUnits(run, unitsOf(policy)),
      runningPair(look),
    ]),
    Promise.all([diskFacts(run, policy), fencingFacts(run, policy), watchdog()]),
  ]);
  const [peers, groupAddresses, resolved, ports, witness] = network;
  const [programs, agents, postgres, units, pair] = machine;
  const [disks, fencing, dog] = storage;
  return {
    node,
    programs,
    agents,
    postgres,
    interfaces,
    peers,
    groupAddresses,
    names: resolved,
    ports,
    disks,
    fencing,
    watchdog: dog,
    witness,
    bootUnits: units,
    runningPair: pair,
    system: await systemFacts(look),
  };
}

export async function inspectWitness(look: Look, node: string): Promise<WitnessFacts> {
  const { run } = look;
  const [programs, port, daemons, line] = await Promise.all([
    programFacts(run, ["corosync-qnetd"]),
    holderOf(run, { protocol: "tcp", port: qnetdPort }),
    runningDaemons(["corosync-qnetd"]),
    said(run, "corosync-qnetd-tool", ["-s"]),
  ]);
  const status = line === "" ? "" : await run("corosync-qnetd-tool", ["-s"]).then(({ stdout }) => stdout);
  const tls = /^TLS:\s+(.*)$/m.exec(status)?.[1];
  return {
    node,
    programs,
    portHeldBy: port.heldBy,
    isRunning: daemons.some(({ running }) => running),
    isTls: tls === undefined ? null : tls.startsWith("Required"),
    system: await systemFacts(look),
  };
}

function unitsOf(policy: MscsPolicy): string[] {
  const units = policy.groups.flatMap((group) =>
    group.resources.flatMap((item) =>
      item.type === "genericService" ? [item.unit] : (unitsOfTypes[item.type] ?? []),
    ),
  );
  return [...new Set(units)];
}

async function postgresFacts({ run }: Look, given: MscsPolicy): Promise<NodeFacts["postgres"]> {
  // Where it cannot be told which server is meant, there is none as far as the pair is concerned.
  const policy = await withPostgresPrograms(given).catch(() => given);
  const servers = policy.groups.flatMap((group) =>
    group.resources.flatMap((item) =>
      item.type === "postgresql" ? [{ resource: `${group.name}/${item.name}`, binDir: item.binDir }] : [],
    ),
  );
  return Promise.all(
    servers.map(async ({ resource, binDir }) => {
      const program = `${binDir ?? "/usr/bin"}/pg_ctl`;
      const isMissing = (await missingPrograms([program])).length > 0;
      return { resource, version: isMissing ? null : await versionOf(run, program) };
    }),
  );
}

async function watchdog(): Promise<string | null> {
  for (const device of ["/dev/watchdog0", "/dev/watchdog"]) {
    const isThere = await access(device).then(
      () => true,
      () => false,
    );
    if (isThere) return device;
  }
  return null;
}

async function runningPair({ run }: Look): Promise<string | null> {
  const [corosync] = await runningDaemons(["corosync"]);
  if (corosync?.running !== true) return null;
  const line = await said(run, "corosync-cmapctl", ["-g", "totem.cluster_name"]);
  return /= (.+)$/.exec(line)?.[1] ?? "unnamed";
}
