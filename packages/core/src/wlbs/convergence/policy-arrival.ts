/** A policy arrives: who we are in it, whether the host starts by itself, and what was wanted before a restart. */
import { giveUp } from "../membership/follow.ts";
import { strikeUnnamed } from "../membership/majority.ts";
import { usePolicy } from "../plane/plane.ts";
import { slotsDigest, wlbsPolicyDigest } from "../policy.ts";
import type { ClusterHost, WlbsPolicy } from "../types.ts";
import { begin, halt } from "./commands.ts";
import type { Wanted, WlbsEvent } from "./events.ts";
import { type Draft, log, type WlbsState } from "./state.ts";

/** Policies that are remembered besides the newest. */
const EARLIER_MAX = 4;

interface Identity {
  hostId: number | undefined;
  cluster: string | undefined;
}

function identityOf(s: WlbsState): Identity {
  return { hostId: s.me?.hostId, cluster: s.newest?.policy.cluster };
}

/** An epoch may be under way for a policy that is neither the newest nor in force; that of our own epoch is always kept. */
function keepEarlier(s: WlbsState): void {
  const known = [s.newest, s.active, ...s.earlier].filter((held) => held !== null);
  const distinct = known.filter((held, i) => known.findIndex(({ digest }) => digest === held.digest) === i);
  s.earlier = distinct.filter((held, i) => i < EARLIER_MAX || held.digest === s.view?.policyDigest);
}

/** Commands to rules that are gone mean nothing any more; a later rule of that name is another one. */
function dropStaleRuleStates(s: WlbsState): void {
  const known = [s.newest, s.active].flatMap((held) => held?.policy.rules.map(({ name }) => name) ?? []);
  s.ruleStates = Object.fromEntries(Object.entries(s.ruleStates).filter(([name]) => known.includes(name)));
}

/** Takes a policy as the newest. It comes into force when all members hold it (`coordinate`). */
export function acceptPolicy(draft: Draft, event: WlbsEvent & { kind: "policy" }): void {
  const { s } = draft;
  const { policy, node } = event;
  const me = policy.hosts.find((host) => host.node === node) ?? null;
  const isFirst = s.newest === null;
  const before = identityOf(s);
  if (!me && s.me && s.run !== "stopped" && s.run !== "suspended") {
    halt(draft, `the policy of ${policy.cluster} does not name ${node}`);
  }
  s.node = node;
  keepEarlier(s);
  s.newest = { policy, digest: wlbsPolicyDigest(policy), slots: slotsDigest(policy) };
  if (isFirst && event.resume) recall(s, event.resume);
  strikeUnnamed(s, policy);
  const moves = before.hostId !== me?.hostId || before.cluster !== policy.cluster;
  if (me && s.me && moves) changeIdentity(draft);
  s.me = me;
  const isFree = s.stage !== "member" && s.stage !== "leaving";
  if (isFree || !s.active) usePolicy(draft, s.newest);
  dropStaleRuleStates(s);
  draft.urgent = true;
  if (before.hostId === undefined) firstStart(draft, isFirst ? event.resume : null);
}

/** What an earlier agent process has left behind, but for the run, which `firstStart` decides. */
function recall(s: WlbsState, resume: Wanted): void {
  s.ruleStates = resume.rules;
  if (s.newest?.policy.partition !== "majority") return;
  s.voters = resume.voters ?? [];
  s.keptVoters = s.voters;
}

/** Under another host ID, or in another cluster, this host is a newcomer; what it knew is of other people. */
function changeIdentity(draft: Draft): void {
  const { s } = draft;
  if (s.stage === "member") giveUp(draft, "its host ID or cluster changes");
  s.voters = [];
  s.peers = new Map();
  s.departed = new Map();
  s.drains = new Map();
  s.exceptions = new Map();
  s.exceptionClients = new Map();
}

/** What the host does when its first policy arrives. DOMAIN 1.2. */
function wantedAtStart(me: ClusterHost, resume: Wanted | null): Wanted["run"] {
  if (!resume) return me.initialState;
  return resume.run === "suspended" && !me.retainSuspended ? me.initialState : resume.run;
}

function whyStopped(run: "stopped" | "suspended"): string {
  return run === "suspended"
    ? "suspended before the agent was started"
    : "stopped before the agent was started";
}

function firstStart(draft: Draft, resume: Wanted | null): void {
  const { s } = draft;
  // An earlier agent process may have left a plane behind: stopping takes it away.
  if (!s.me) return halt(draft, `the policy of ${clusterOf(s.newest?.policy)} does not name this host`);
  const run = wantedAtStart(s.me, resume);
  if (run === "started" || run === "draining") return begin(draft, run);
  halt(draft, whyStopped(run), run);
  log(draft, "info", `the host stays ${run} until it is told otherwise`);
}

function clusterOf(policy: WlbsPolicy | undefined): string {
  return policy?.cluster ?? "this cluster";
}
