/** One fault, once: done to the running pair while a watcher looks and two writers write; what came of it. */
import { loadavg } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { groupOwner, healAll, pairView, wholePair } from "../fleet.ts";
import { bulkhead, until } from "../system.ts";
import type { Expected, Fault, Scene, Sign } from "./faults.ts";
import type { WatchReport } from "./watched.ts";
import { longestSilence, startWatcher, startWriter, type Writer, type WriterReport } from "./watching.ts";

export interface RoundResult {
  fault: string;
  round: number;
  /** When the fault came, epoch ms. */
  at: number;
  /** Load average of the machine in the minute before: everything takes longer on a busy one. */
  load: number;
  owner: string;
  /** Pacemaker's coordinator when the fault came: the survivor's way is longer when it is that. */
  coordinator: string | null;
  /** Where group sql, or queue, was afterwards. */
  after: string | null;
  /** Longest time without an acknowledged write after the fault, ms, of the group that it is about; null = none came. */
  outageMs: number | null;
  writes: number;
  unknownWrites: number;
  missingWrites: number | null;
  messages: number;
  missingMessages: number | null;
  looks: number;
  longestPauseMs: number;
  doubles: WatchReport["doubles"];
  /** What is not as it has to be, a sentence each; empty = all is well. */
  problems: string[];
}

export interface RoundOptions {
  round: number;
  hasQueue: boolean;
}

/** So long a fault that nobody is to notice is left alone, and a full disk is left full. */
const calmMs = 6000;
const patienceMs = 120_000;
/** A full disk must have been noticed for so long, or it was not full. */
const fullAtLeastMs = 1000;
/** An acknowledgement of the broker is written down a moment after it was given: what is younger may be lost (docs/lab.md). */
const brokerGraceMs = 1000;

/** Rejects only when the lab itself does not come to rest. */
export async function runRound(fault: Fault, options: RoundOptions): Promise<RoundResult> {
  await healAll();
  await forgetFailures();
  await wholePair();
  const owner = await until("an owner of sql", () => groupOwner("sql"));
  const scene: Scene = { owner, peer: owner === "db-1" ? "db-2" : "db-1" };
  const coordinator = (await pairView())?.dc ?? null;
  const homeBefore = await groupOwner(fault.group);
  const watcher = await startWatcher(["db-1", "db-2"]);
  const sql = await startWriter("sql");
  const queue = options.hasQueue ? await startWriter("queue") : null;
  const at = Date.now();
  await fault.inject(scene);
  const mine = fault.group === "sql" || queue === null ? sql : queue;
  const problems = await settle(fault, scene, mine);
  const [written, published, watched] = [await sql.end(), await queue?.end(), await watcher.end()];
  const after = await until("an owner", () => groupOwner(fault.group)).catch(() => null);
  const report = fault.group === "sql" ? written : published;
  const outageMs = longestSilence(report?.acknowledgedAt ?? [], at)?.ms ?? null;
  return {
    fault: fault.name,
    round: options.round,
    at,
    load: Math.round(loadavg()[0] ?? 0),
    owner,
    coordinator,
    after,
    outageMs,
    ...tally(written, published, at),
    looks: watched.looks,
    longestPauseMs: watched.longestPauseMs,
    doubles: watched.doubles,
    problems: [
      ...problems,
      ...outageProblems(fault.expected, outageMs),
      ...placeProblems(fault.expected, homeBefore, after),
      ...lossProblems(written, published, at),
      ...doubleProblems(watched),
    ],
  };
}

/** Waits until the group serves again, undoes the fault, and waits again. Resolves with what did not come in time. */
async function settle(fault: Fault, scene: Scene, writer: Writer): Promise<string[]> {
  const problems: string[] = [];
  const note = (error: unknown) => void problems.push(error instanceof Error ? error.message : String(error));
  if (fault.expected === "moves") await awaitMove(fault, scene).catch(note);
  else if (fault.expected === "serves") await delay(2 * calmMs);
  else await delay(calmMs);
  if (fault.expected !== "heals") await writer.answered().catch(note);
  if (fault.during !== undefined) await awaitSign(fault.during, scene).catch(note);
  await healAll();
  // A database that finds no place for its log ends, on one node after the other, and is given up there: an admin makes room and
  // says so.
  if (fault.expected === "heals") await forgetFailures();
  await wholePair().catch(note);
  await writer.answered().catch(note);
  if (fault.after !== undefined) await awaitSign(fault.after, scene).catch(note);
  return problems;
}

/** Failures that the last round has left in the engine's memory must not move a group in this one. */
async function forgetFailures(): Promise<void> {
  await until("the pair to forget its failures", async () => {
    const { code, stdout, stderr } = await bulkhead("mscs", "clear", "data");
    if (code !== 0) throw new Error(`${stdout}${stderr}`.trim());
    return true;
  });
}

const awaitSign = ({ what, isThere }: Sign, scene: Scene) =>
  until(what, async () => ((await isThere(scene)) ? true : null));

function awaitMove(fault: Fault, scene: Scene): Promise<string> {
  const isThere = async () => ((await groupOwner(fault.group)) === scene.peer ? scene.peer : null);
  return until(`group ${fault.group} on ${scene.peer} after ${fault.name}`, isThere, patienceMs);
}

type Tally = Pick<RoundResult, "writes" | "unknownWrites" | "missingWrites" | "messages" | "missingMessages">;

function tally(written: WriterReport, published: WriterReport | undefined, at: number): Tally {
  return {
    writes: written.acknowledgedAt.length,
    unknownWrites: written.unknown,
    missingWrites: written.missing?.length ?? null,
    messages: published?.acknowledgedAt.length ?? 0,
    missingMessages: lostMessages(published, at),
  };
}

/** Acknowledged messages that are gone, less the last ones of a broker that was killed; null when none answered. */
function lostMessages(published: WriterReport | undefined, faultAt: number): number | null {
  const missing = published?.missing ?? null;
  if (published === undefined || missing === null) return null;
  // A broker may serve on for some seconds after the fault, until its node is fenced.
  const endedAt = longestSilence(published.acknowledgedAt, faultAt)?.from ?? faultAt;
  return missing.filter(({ at }) => Math.abs(at - endedAt) > brokerGraceMs).length;
}

function outageProblems(expected: Expected, outageMs: number | null): string[] {
  if (outageMs === null) return ["nothing was acknowledged after the fault"];
  return expected === "heals" && outageMs < fullAtLeastMs ? ["nobody noticed the fault"] : [];
}

function placeProblems(expected: Expected, before: string | null, after: string | null): string[] {
  const moved = before !== after;
  if (expected === "moves" && !moved) return [`the group did not move, it is on ${after ?? "no node"}`];
  if ((expected === "stays" || expected === "restarts") && moved)
    return [`the group moved from ${before ?? "no node"} to ${after ?? "no node"}`];
  return [];
}

function lossProblems(written: WriterReport, published: WriterReport | undefined, at: number): string[] {
  const problems: string[] = [];
  if (written.missing === null) problems.push("the database did not answer at the end");
  else if (written.missing.length > 0) problems.push(`${written.missing.length} committed rows are gone`);
  if (published === undefined) return problems;
  const lost = lostMessages(published, at);
  if (lost === null) problems.push("the broker did not answer at the end");
  else if (lost > 0) problems.push(`${lost} acknowledged messages are gone`);
  return problems;
}

function doubleProblems({ doubles }: WatchReport): string[] {
  const things = [...new Set(doubles.map(({ thing }) => thing))];
  return things.map((thing) => `both nodes had ${thing} at the same time`);
}
