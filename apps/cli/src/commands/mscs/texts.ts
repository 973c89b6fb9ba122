/** Pairs as text for a terminal. Pure: times come from the snapshot. */
import type { DriftAnswer, MscsSnapshot } from "@bulkhead/api";
import type { FailoverRecord } from "@bulkhead/core/mscs";
import { ago, table } from "../../output.ts";

/** The short form: nodes, groups and resources. `at`: the time of the snapshot, epoch milliseconds. */
export function groupsText(pair: MscsSnapshot, at: number): string {
  return [
    headText(pair),
    ...ageLine(pair, at),
    ...(pair.why === null ? [] : [pair.why]),
    groupTable(pair),
  ].join("\n");
}

/** Everything that is known of a pair. */
export function showText(pair: MscsSnapshot, at: number): string {
  const { protection, view, drift, acts, failovers } = pair;
  return [
    headText(pair),
    ...ageLine(pair, at),
    protectionText(pair),
    ...protection.why.map((line) => `  ${line}`),
    ...(pair.why === null ? [] : [`why: ${pair.why}`]),
    "",
    groupTable(pair),
    "",
    nodeTable(pair, at),
    "",
    quorumText(pair),
    ...(view?.networks ?? []).map(networkText),
    ...drift.map((line) => `drift: ${line}`),
    ...acts.slice(0, 5).map((act) => `act: ${ago(act.startedAt, at)}, ${actText(act)}`),
    ...failovers
      .slice(0, 5)
      .map((record) => `failover: ${ago(record.startedAt, at)}, ${failoverText(record)}`),
  ].join("\n");
}

/** What nobody has reported cannot be called protected. */
function protectionText({ protection, view }: MscsSnapshot): string {
  if (!protection.isProtected) return "NOT PROTECTED";
  return view === null ? "protected: not known, no node has reported" : "protected: yes";
}

function headText({ name, nodes, witness, view }: MscsSnapshot): string {
  const states = nodes.map((node) => `${node.name} ${nodeState(view, node.name)}`);
  const third =
    witness === null ? "no witness" : `witness ${witness.node} ${witness.online ? "online" : "offline"}`;
  return `${name}: ${states.join(", ")}, ${third}`;
}

function nodeState(view: MscsSnapshot["view"], node: string): string {
  const seen = view?.nodes.find(({ name }) => name === node);
  if (!seen) return "unknown";
  return seen.pause === null ? seen.state : `${seen.state} (${seen.pause})`;
}

/** Reports come each second; what is older than some of them is said. */
const oldMs = 4_000;

function ageLine({ viewAt, viewFrom }: MscsSnapshot, at: number): string[] {
  if (viewAt === null || at - viewAt <= oldMs) return [];
  return [`as ${viewFrom} saw it ${ago(viewAt, at)}; nothing newer is known`];
}

function groupTable({ view, groups }: MscsSnapshot): string {
  const rows = (view?.groups ?? []).flatMap((group) => [
    [
      group.name,
      "group",
      groupState(group),
      group.owner ?? "-",
      group.failovers?.isHalted ? "limit reached" : "",
    ],
    ...group.resources.map(({ name, type, state, owner, failCount, isOrderedOffline, lastFailure }) => [
      `  ${name}`,
      type,
      isOrderedOffline && state === "offline" ? "offline by order" : state,
      owner ?? "-",
      failCount > 0 ? `${failCount}${lastFailure === null ? "" : `: ${lastFailure}`}` : "",
    ]),
  ]);
  const unseen = groups.filter(({ name }) => !view?.groups.some((seen) => seen.name === name));
  const missing = unseen.map(({ name }) => [name, "group", "unknown", "-", ""]);
  return table(["group", "type", "state", "owner", "failures"], [...rows, ...missing]);
}

function groupState({ state, isOrderedOffline }: { state: string; isOrderedOffline: boolean }): string {
  return isOrderedOffline && state === "offline" ? "offline by order" : state;
}

function nodeTable({ nodes, view }: MscsSnapshot, at: number): string {
  const rows = nodes.map(({ name, online, address, secondAddress, statusAt, daemons = [], lastError }) => {
    const dead = daemons.filter(({ running }) => !running).map((daemon) => `${daemon.name} does not run`);
    return [
      name,
      nodeState(view, name),
      view?.dc === name ? "coordinator" : "",
      online ? "connected" : "not connected",
      [address, secondAddress ?? ""].filter(Boolean).join(" "),
      ago(statusAt ?? null, at),
      [...dead, lastError ?? ""].filter(Boolean).join(", "),
    ];
  });
  return table(["node", "state", "", "agent", "addresses", "reported", ""], rows);
}

function quorumText({ witness, view }: MscsSnapshot): string {
  const quorum = view === null ? "unknown" : view.hasQuorum ? "yes" : "NO";
  const votes = view?.witness.votes ?? view?.witnessVotes ?? null;
  const vote = votes === null ? "not known whether it votes" : votes ? "votes" : "DOES NOT VOTE";
  const tls = view?.witness.isTls === false ? ", without TLS" : "";
  const third = witness === null ? "no witness" : `witness ${witness.node} ${vote}${tls}`;
  const devices = (view?.fencing ?? []).map(({ device, working, why }) => {
    const state = working === null ? "not checked" : working ? "works" : "DOES NOT WORK";
    return `fencing ${device}: ${state}${why === null ? "" : ` (${why})`}`;
  });
  const isOff = view !== null && !view.fencingEnabled;
  const fencing = view === null ? ["fencing: unknown"] : isOff ? ["fencing is OFF"] : devices;
  return [`quorum: ${quorum}, ${third}`, ...fencing, ...(view?.isMaintenance ? ["IN MAINTENANCE"] : [])].join(
    "\n",
  );
}

function networkText({
  name,
  role,
  state,
  interfaces,
}: NonNullable<MscsSnapshot["view"]>["networks"][number]) {
  const cards = interfaces.map((card) => `${card.node} ${card.address} ${card.state}`);
  return `network ${name} (${role}): ${state}, ${cards.join(", ")}`;
}

function actText({ order, by, state, message }: MscsSnapshot["acts"][number]): string {
  return `${order.verb} ${order.object.name} by ${by}: ${state}, ${message}`;
}

function failoverText({ group, cause, from, to, detail }: FailoverRecord): string {
  return `${group} ${from ?? "nowhere"} -> ${to ?? "nowhere"} (${cause}): ${detail}`;
}

export function historyText(cluster: string, rows: readonly FailoverRecord[], withSteps: boolean): string {
  if (rows.length === 0) return `No failover of ${cluster} is known.`;
  if (withSteps) return rows.map(recordText).join("\n\n");
  return table(
    ["began", "took", "group", "from", "to", "cause", "outcome", ""],
    rows.map(({ startedAt, endedAt, group, from, to, cause, outcome, detail }) => [
      new Date(startedAt).toISOString(),
      tookText(startedAt, endedAt),
      group,
      from ?? "-",
      to ?? "-",
      cause,
      outcome,
      detail,
    ]),
  );
}

function recordText(record: FailoverRecord): string {
  const { startedAt, endedAt, outcome, steps } = record;
  return [
    `${new Date(startedAt).toISOString()} ${failoverText(record)}`,
    ...steps.map(
      ({ at, node, text }) =>
        `  ${`+${((at - startedAt) / 1000).toFixed(2)} s`.padStart(9)}  ${node === null ? "" : `${node}: `}${text}`,
    ),
    `  ${outcome} after ${tookText(startedAt, endedAt)}`,
  ].join("\n");
}

function tookText(startedAt: number, endedAt: number | null): string {
  return endedAt === null ? "lasts" : `${((endedAt - startedAt) / 1000).toFixed(1)} s`;
}

export function driftText({ cluster, lines, foreign }: DriftAnswer): string {
  const head = lines.length === 0 ? [`The engine of ${cluster} is configured as its policy says.`] : [];
  const rows = lines.map(({ object, wanted, found }) => [
    object,
    wanted ?? "not there",
    found ?? "not there",
  ]);
  const body = rows.length === 0 ? [] : [table(["object", "policy", "engine"], rows)];
  const cure =
    rows.length === 0
      ? []
      : [
          `Write the policy over it with bulkhead mscs revert ${cluster}, or take it over into a fleet file with bulkhead mscs drift ${cluster} -o FILE.`,
        ];
  const others = foreign.length === 0 ? [] : [`Objects of others, kept untouched: ${foreign.join(", ")}`];
  return [...head, ...body, ...cure, ...others].join("\n");
}
