/**
 * Who hears whom, made readable: rows listen, columns speak, the parts of a partition stand together, and what is wrong is said
 * in as few sentences as explain it. Pure.
 */
import { plural } from "@bulkhead/ui/format.ts";
import { listed } from "../acts/consequence.ts";
import type { WlbsCluster } from "../states/wlbs-states.ts";
import { groupBy } from "./group-by.ts";

/** From this share of lost beats on a link is worth a look: the default tolerance bears more, but not for long. */
export const lossyPercent = 5;

/** `deaf`: the speaker runs and is not heard. `unknown`: nobody listens there, or the speaker is stopped. */
export type HearingState = "self" | "heard" | "lossy" | "deaf" | "unknown";

type Cell = WlbsCluster["heartbeats"][number];

export interface Hearing extends Omit<Cell, "verdict"> {
  state: HearingState;
}

export interface HeartbeatMatrix {
  /** Host IDs in the order to draw: by ID, or, when there are blocks, the parts of a partition together. */
  order: number[];
  hasBlocks: boolean;
  /** More than one: a partition. Each sorted by host ID. */
  parts: number[][];
  /** Row by row in `order`. */
  rows: Hearing[][];
}

const key = ({ listener, speaker }: Pick<Cell, "listener" | "speaker">) => `${listener}<${speaker}`;

function stateOf({ verdict, lostPercent }: Cell): HearingState {
  if (verdict === "heard") return (lostPercent ?? 0) >= lossyPercent ? "lossy" : "heard";
  return verdict === "unheard" ? "deaf" : "unknown";
}

/** The cell as it is drawn; a pair that the controller does not tell is unknown, never heard. */
function hearing(cells: ReadonlyMap<string, Cell>, listener: number, speaker: number): Hearing {
  const cell = cells.get(key({ listener, speaker }));
  if (cell) {
    const { verdict: _verdict, ...facts } = cell;
    return { ...facts, state: stateOf(cell) };
  }
  const nothing = { lastHeardMsAgo: null, lostPercent: null, jitterMs: null, probeHeard: null };
  return { listener, speaker, state: listener === speaker ? "self" : "unknown", ...nothing };
}

const hears = (state: HearingState | undefined) => state === "heard" || state === "lossy";

/** Groups of hosts that hear each other, directly or through others; hosts whose ears we do not know are left out. */
function partsOf(rows: readonly Hearing[][]): number[][] {
  const speaking = rows.filter((row) => row.some(({ state }) => state !== "unknown" && state !== "self"));
  const left = new Set(speaking.map((row) => row[0]?.listener ?? 0));
  const mutual = new Map(
    speaking.map((row) => [
      row[0]?.listener ?? 0,
      row.filter(({ state }) => hears(state)).map((h) => h.speaker),
    ]),
  );
  const parts: number[][] = [];
  for (const start of left) {
    const part = [start];
    left.delete(start);
    for (const id of part) {
      for (const next of mutual.get(id) ?? []) {
        if (left.has(next) && mutual.get(next)?.includes(id)) {
          left.delete(next);
          part.push(next);
        }
      }
    }
    parts.push(part.sort((a, b) => a - b));
  }
  return parts;
}

/** The whole matrix of a cluster. */
export function heartbeatMatrix(cluster: Pick<WlbsCluster, "hosts" | "heartbeats">): HeartbeatMatrix {
  const cells = new Map(cluster.heartbeats.map((cell) => [key(cell), cell]));
  const ids = cluster.hosts.map(({ hostId }) => hostId).sort((a, b) => a - b);
  const parts = partsOf(ids.map((listener) => ids.map((speaker) => hearing(cells, listener, speaker))));
  const rank = (id: number) => {
    const part = parts.findIndex((each) => each.includes(id));
    return part < 0 ? parts.length : part;
  };
  // A single lost host stays where it was: only blocks are worth moving rows under the pointer.
  const hasBlocks = parts.filter((part) => part.length > 1).length > 1;
  const order = hasBlocks ? ids.toSorted((a, b) => rank(a) - rank(b) || a - b) : ids;
  const rows = order.map((listener) => order.map((speaker) => hearing(cells, listener, speaker)));
  return { order, hasBlocks, parts, rows };
}

export interface Trouble {
  role: "bad" | "warn";
  text: string;
}

type NameOf = (hostId: number) => string;

/** Pairs that do not hear each other, gathered so that one dead host is one line and a partition another. */
export function hearingTroubles(matrix: HeartbeatMatrix, nameOf: NameOf): Trouble[] {
  const cells = matrix.rows.flat();
  const whole = wholeTroubles(matrix, nameOf);
  const told = new Set(whole.flatMap(({ pairs }) => pairs));
  const single = cells.filter((cell) => cell.state === "deaf" && !told.has(key(cell)));
  return [
    ...whole.map(({ text }): Trouble => ({ role: "bad", text })),
    ...pairTroubles(single, cells, nameOf),
    ...lossTroubles(cells, nameOf),
    ...frameTroubles(cells, nameOf),
  ];
}

/** Lost to everybody, deaf to everybody, or parts: each explains many pairs at once. */
function wholeTroubles(matrix: HeartbeatMatrix, nameOf: NameOf): { text: string; pairs: string[] }[] {
  const cells = matrix.rows.flat();
  const unheard = matrix.order.flatMap((id) => {
    const ears = cells.filter(
      (cell) => cell.speaker === id && cell.state !== "unknown" && cell.state !== "self",
    );
    const deaf = ears.filter(({ state }) => state === "deaf");
    if (ears.length === 0 || deaf.length < ears.length) return [];
    const alone = matrix.parts.some((part) => part.length === 1 && part[0] === id);
    const text =
      alone && matrix.order.length > 2
        ? `${nameOf(id)} is cut off: it runs, and no other host hears it.`
        : `Nobody hears ${nameOf(id)}.`;
    return [{ id, text, pairs: deaf.map(key) }];
  });
  const gone = new Set(unheard.map(({ id }) => id));
  const parts = matrix.parts
    .map((part) => part.filter((id) => !gone.has(id)))
    .filter((part) => part.length > 0);
  const own = cells.filter(({ listener, state }) => gone.has(listener) && state === "deaf").map(key);
  const lone = unheard.map(({ text, pairs }) => ({ text, pairs: [...pairs, ...own] }));
  if (parts.length < 2) return lone;
  const partOf = (id: number) => parts.findIndex((part) => part.includes(id));
  const across = cells.filter(
    ({ listener, speaker, state }) => state === "deaf" && partOf(listener) !== partOf(speaker),
  );
  const text = `${plural(parts.length, "part")} that do not hear each other: ${parts.map((part) => listed(part.map(nameOf))).join(" | ")}.`;
  return [{ text, pairs: across.map(key) }, ...lone];
}

function pairTroubles(single: readonly Hearing[], cells: readonly Hearing[], nameOf: NameOf): Trouble[] {
  const deaf = new Set(single.map(key));
  return single.flatMap(({ listener, speaker }): Trouble[] => {
    const back = { listener: speaker, speaker: listener };
    if (deaf.has(key(back)))
      return listener < speaker
        ? [{ role: "bad", text: `${nameOf(listener)} and ${nameOf(speaker)} do not hear each other.` }]
        : [];
    const other = cells.find((cell) => key(cell) === key(back));
    const oneWay = hears(other?.state) ? `, although ${nameOf(speaker)} hears ${nameOf(listener)}` : "";
    return [{ role: "bad", text: `${nameOf(listener)} does not hear ${nameOf(speaker)}${oneWay}.` }];
  });
}

function lossTroubles(cells: readonly Hearing[], nameOf: NameOf): Trouble[] {
  const lossy = cells.filter(({ state }) => state === "lossy");
  const worst = lossy.toSorted((a, b) => (b.lostPercent ?? 0) - (a.lostPercent ?? 0))[0];
  if (!worst) return [];
  const most = `${nameOf(worst.listener)} loses ${lossText(worst)} of the beats of ${nameOf(worst.speaker)}`;
  const rest =
    lossy.length > 1
      ? `, and ${plural(lossy.length - 1, "other pair loses", "other pairs lose")} more than ${lossyPercent} %`
      : "";
  return [{ role: "warn", text: `${most}${rest}.` }];
}

/** "12 %", "0.4 %". */
export function lossText({ lostPercent }: Pick<Hearing, "lostPercent">): string {
  if (lostPercent === null) return "–";
  return `${lostPercent > 0 && lostPercent < 10 ? lostPercent.toFixed(1) : Math.round(lostPercent)} %`;
}

/** Heartbeats arrive, but frames to the cluster MAC do not: then clients are lost although all looks well. */
function frameTroubles(cells: readonly Hearing[], nameOf: NameOf): Trouble[] {
  const missed = groupBy(
    cells.filter(({ probeHeard }) => probeHeard === false),
    ({ listener }) => listener,
  );
  return [...missed].map(([listener, from]) => ({
    role: "bad",
    text: `Frames to the cluster MAC do not reach ${nameOf(listener)} (sent by ${listed(from.map(({ speaker }) => nameOf(speaker)))}).`,
  }));
}

export type Timing = "in time" | "uneven" | "very uneven";

/** Jitter up to this is the reader's own doing: at rest a host leaves beats unread for at most half a period. */
export const restAllowanceMs = (periodMs: number) => periodMs / 2;

/** How evenly the beats of one host reach another, by their mean deviation from the period. */
export function timingOf(jitterMs: number | null, periodMs: number): Timing {
  const allowed = restAllowanceMs(periodMs);
  if (jitterMs === null || jitterMs <= allowed) return "in time";
  return jitterMs <= 2 * allowed ? "uneven" : "very uneven";
}

/** "in time", "uneven, ±72 ms". */
export function timingText(jitterMs: number | null, periodMs: number): string {
  const timing = timingOf(jitterMs, periodMs);
  return timing === "in time" ? timing : `${timing}, ±${Math.round(jitterMs ?? 0)} ms`;
}

/** How the peers hear one host: the worst loss and jitter, the freshest beat. Null where nobody hears it. */
export function heardByPeers(cluster: Pick<WlbsCluster, "heartbeats">, hostId: number) {
  const ears = cluster.heartbeats.filter(({ speaker, verdict }) => speaker === hostId && verdict === "heard");
  if (ears.length === 0) return null;
  return {
    lostPercent: Math.max(...ears.map(({ lostPercent }) => lostPercent ?? 0)),
    jitterMs: Math.max(...ears.map(({ jitterMs }) => jitterMs ?? 0)),
    lastHeardMsAgo: Math.min(...ears.map(({ lastHeardMsAgo }) => lastHeardMsAgo ?? Number.POSITIVE_INFINITY)),
  };
}
