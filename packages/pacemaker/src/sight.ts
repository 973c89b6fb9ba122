/**
 * Reads the live state of a pair from this node: Pacemaker's (crm_mon and the CIB), Corosync's links and votes, and the
 * connection to the witness. Never rejects: what does not answer is not known.
 */
import { networkInterfaces } from "node:os";
import {
  blindView,
  type ClusterView,
  type MscsPolicy,
  type NetworkView,
  networksOf,
  toClusterView,
  type WitnessView,
} from "@bulkhead/core/mscs";
import { type LinkState, readCfgTool } from "./cfgtool.ts";
import { type CibFacts, readCibFacts } from "./cib-facts.ts";
import { crmMonArguments, readCrmMon } from "./crm-mon.ts";
import type { Execute } from "./execute.ts";
import { readQdeviceTool } from "./qdevice-tool.ts";
import { type QuorumState, readQuorumTool } from "./quorum-tool.ts";
import { parseXml } from "./xml.ts";

const limitMs = 5_000;
const nothing: CibFacts = { epoch: null, halted: [], pinned: [], fenceTargets: {}, floating: [] };

export interface SightOptions {
  cluster: string;
  run: Execute;
  /** This node and the policy of its pair, for the networks; absent or null: networks are not told. */
  membership?: (() => { node: string; policy: MscsPolicy } | null) | undefined;
  /** Default: the addresses of interfaces that are up and have a carrier. */
  addresses?: () => string[];
}

export interface Sight {
  /** The engine's state. A blind view, with the reason, when the engine does not answer. */
  read(): Promise<ClusterView>;
  /** Like `read`, and asks Corosync as well: links, votes and the witness. */
  readAll(): Promise<ClusterView>;
}

interface CorosyncFacts {
  networks: NetworkView[];
  witness: WitnessView;
}

export function createSight(options: SightOptions): Sight {
  let corosync: CorosyncFacts = { networks: [], witness: { votes: null, isTls: null, why: null } };
  let last: ClusterView | null = null;

  async function read(): Promise<ClusterView> {
    last = await readView(options, corosync, last);
    return last;
  }

  return {
    read,
    async readAll() {
      corosync = await readCorosync(options);
      return read();
    },
  };
}

async function readView(
  { run, cluster }: SightOptions,
  corosync: CorosyncFacts,
  last: ClusterView | null,
): Promise<ClusterView> {
  try {
    const [cib, done] = await Promise.all([
      readCib(run),
      run("crm_mon", crmMonArguments, { timeoutMs: limitMs, timeZone: "UTC" }),
    ]);
    if (done.code === null) throw new Error(`crm_mon did not end within ${limitMs / 1000} s`);
    // Errors come as XML on standard output too, and the reader tells them apart.
    const view = toClusterView(readCrmMon(done.stdout), {
      cluster,
      ...corosync,
      witnessVotes: corosync.witness.votes,
      cibEpoch: cib.epoch,
      halted: cib.halted,
      fenceTargets: cib.fenceTargets,
    });
    const isPinned = (name: string) => cib.pinned.includes(name);
    return {
      ...view,
      ...(cib.epoch === null ? {} : { floating: cib.floating }),
      groups: view.groups.map((group) => (isPinned(group.name) ? { ...group, isPinned: true } : group)),
    };
  } catch (error) {
    // Networks and votes are Corosync's, which may be well.
    const witnessVotes = corosync.witness.votes;
    return { ...blindView(cluster, blindReason(error), last), ...corosync, witnessVotes };
  }
}

function blindReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `Pacemaker does not answer on this node; services may be running on unseen. ${message}`;
}

async function readCib(run: Execute): Promise<CibFacts> {
  const done = await run("cibadmin", ["--query"], { timeoutMs: limitMs }).catch(() => null);
  return done?.code === 0 ? readCibFacts(parseXml(done.stdout, "cib")) : nothing;
}

async function readCorosync(options: SightOptions): Promise<CorosyncFacts> {
  const { run } = options;
  const [quorum, links, witness] = await Promise.all([readQuorum(run), readLinks(run), readQdevice(run)]);
  const node = options.membership?.()?.node ?? "this node";
  return { networks: networks(options, quorum, links), witness: witnessView(quorum, witness, node) };
}

function networks(
  { membership, addresses = ownAddresses }: SightOptions,
  quorum: QuorumState | null,
  links: LinkState[],
): NetworkView[] {
  const known = membership?.() ?? null;
  if (known === null) return [];
  const peer = known.policy.nodes.find(({ node }) => node !== known.node)?.nodeId;
  return networksOf(known.policy, {
    node: known.node,
    links,
    addresses: addresses(),
    isPeerMember: quorum === null || peer === undefined ? null : quorum.members.includes(peer),
  });
}

/** Node.js lists interfaces only that are up and have a carrier. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((rows) => (rows ?? []).map(({ address }) => address));
}

/** The vote is what counts; the connection only says why there is none. */
function witnessView(
  quorum: QuorumState | null,
  qdevice: Awaited<ReturnType<typeof readQdevice>>,
  node: string,
): WitnessView {
  const votes = quorum?.witnessVotes ?? null;
  const isTls = qdevice?.isTls ?? null;
  if (votes !== false) return { votes, isTls, why: null };
  if (qdevice === null)
    return {
      votes,
      isTls,
      why: `corosync-qdevice does not answer on ${node}; see journalctl -u corosync-qdevice there`,
    };
  if (!qdevice.isConnected) {
    const why = `${node} has no connection to it (${qdevice.state.toLowerCase()}): the witness is away, the network to it is cut, or a certificate is refused`;
    return { votes, isTls, why };
  }
  return { votes, isTls, why: "The witness is connected and votes for the other node" };
}

/** The tool exits with 2 when it is not quorate, and still prints everything. Null while Corosync does not answer. */
export async function readQuorum(run: Execute): Promise<QuorumState | null> {
  const done = await run("corosync-quorumtool", ["-s"], { timeoutMs: limitMs }).catch(() => null);
  return done !== null && done.stdout.includes("Membership information") ? readQuorumTool(done.stdout) : null;
}

async function readLinks(run: Execute): Promise<LinkState[]> {
  const done = await run("corosync-cfgtool", ["-n"], { timeoutMs: limitMs }).catch(() => null);
  return readCfgTool(done?.stdout ?? "");
}

async function readQdevice(run: Execute) {
  const done = await run("corosync-qdevice-tool", ["-s", "-v"], { timeoutMs: limitMs }).catch(() => null);
  return readQdeviceTool(done?.stdout ?? "");
}
