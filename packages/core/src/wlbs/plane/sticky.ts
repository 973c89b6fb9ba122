/**
 * Extended affinity (DOMAIN 1.3): a client stays on its host although its bucket has moved. Every host tells the others
 * its exceptions: clients that it keeps in buckets that it does not own. The owner of the bucket leaves them alone.
 */
import {
  type Draft,
  type Held,
  log,
  memberKey,
  policyFor,
  type StickyClients,
  self,
  timing,
  type WlbsState,
} from "../convergence/state.ts";
import { bucketOf } from "../hash/bucket.ts";
import { isSticky } from "../policy.ts";
import type { PortRule } from "../types.ts";

/** Exceptions that a host may have per rule; the oldest are let go beyond it. */
export const EXCEPTIONS_MAX = 4096;
/** What others announce is given to the kernel at most this often, and before buckets are taken. */
const GATHER_PERIOD_MS = 1000;

/** Has this host buckets of the rule in its epoch? */
function hasShare(s: WlbsState, rule: PortRule): boolean {
  const table = s.distribution.slots[s.distribution.rules.indexOf(rule.name)];
  return s.view !== null && (table?.counts[self(s).hostId] ?? 0) > 0;
}

/**
 * Does this host hold on to its sticky clients of the rule? Not when it means to lose them, unless it takes its share
 * all the same, as when the probe fails everywhere.
 */
export function keepsSticky(s: WlbsState, rule: PortRule): boolean {
  const isOpen = s.run === "started" && s.ruleStates[rule.name] === undefined;
  const isWell = isOpen && s.health.get(rule.name)?.health !== "failing";
  return isSticky(rule) && (isWell || hasShare(s, rule));
}

/** Clients with their buckets, in the order of `before` first; what was hashed before is not hashed again. */
export function sortClients(
  rule: PortRule,
  clients: readonly string[],
  options: { seed: number; before: StickyClients | undefined },
): StickyClients {
  const { seed, before } = options;
  const listed = new Set(clients);
  const sorted = new Map<string, number>();
  for (const [client, bucket] of before ?? []) if (listed.has(client)) sorted.set(client, bucket);
  for (const client of clients) {
    if (!sorted.has(client)) sorted.set(client, bucketOf(rule.affinity, { address: client, port: 0 }, seed));
  }
  return sorted;
}

/** The policy under which exceptions are told: that of our epoch, which may not be in force here yet. */
export function stickyHeld(s: WlbsState): Held | null {
  return s.view ? policyFor(s, s.view.policyDigest) : s.active;
}

function sortAll(s: WlbsState, rules: Iterable<{ name: string; clients: string[] }>): void {
  const held = stickyHeld(s);
  if (!held) return;
  const isSame = s.stickySlots === held.slots;
  const sticky = new Map<string, StickyClients>();
  for (const { name, clients } of rules) {
    const rule = held.policy.rules.find((row) => row.name === name);
    if (!rule || !isSticky(rule)) continue;
    const before = isSame ? s.sticky.get(name) : undefined;
    sticky.set(name, sortClients(rule, clients, { seed: held.policy.hashSeed, before }));
  }
  s.sticky = sticky;
  s.stickySlots = held.slots;
}

/** Takes the kernel's clients in; others may be waiting for our exceptions. */
export function rememberClients(draft: Draft, rules: readonly { name: string; clients: string[] }[]): void {
  sortAll(draft.s, rules);
  draft.s.stickyWaitUntil = null;
}

/** Under other rules, or another seed, clients fall into other buckets. */
function sortAgain(s: WlbsState): void {
  if (stickyHeld(s)?.slots === s.stickySlots) return;
  const rows = [...s.sticky].map(([name, clients]) => ({ name, clients: [...clients.keys()] }));
  sortAll(s, rows);
}

/**
 * Before `released`: the clients of what we may lose must have been told, if the kernel answers in time. A newcomer may
 * bring some from an earlier membership.
 */
export function awaitClients(draft: Draft, isNewcomer: boolean): void {
  const { s, now } = draft;
  sortAgain(s);
  const keeps = (s.active?.policy.rules ?? []).some((rule) => keepsSticky(s, rule));
  if (!keeps || (!isNewcomer && !s.kernel.dirty)) return;
  s.stickyWaitUntil = now + timing(s).detectMs;
  draft.effects.push({ kind: "readSticky" });
}

/** Sorts what others have announced into buckets, as far as it is of our slots; each version once. */
function sortAnnounced(s: WlbsState): void {
  const held = stickyHeld(s);
  if (!held) return;
  for (const [key, { whole }] of s.exceptions) {
    const known = s.exceptionClients.get(key);
    const isSorted = known?.version === whole?.version && known?.slotsDigest === held.slots;
    if (!whole || isSorted) continue;
    const bySlot = new Map<number, StickyClients>();
    for (const [slot, rule] of held.policy.rules.entries()) {
      const pages = whole.slotsDigest === held.slots ? whole.pages.filter((page) => page.slot === slot) : [];
      if (pages.length === 0 || !isSticky(rule)) continue;
      const before = known?.slotsDigest === held.slots ? known.bySlot.get(slot) : undefined;
      const clients = pages.flatMap((page) => page.clients);
      bySlot.set(slot, sortClients(rule, clients, { seed: held.policy.hashSeed, before }));
    }
    const entry = { version: whole.version, slotsDigest: held.slots, bySlot };
    s.exceptionClients = new Map(s.exceptionClients).set(key, entry);
  }
}

/** Clients of the slot that live members announce. `below`: only members with a lower host ID than this. */
function* announcedClients(s: WlbsState, slot: number, below: number): Iterable<[string, number]> {
  for (const member of s.view?.members ?? []) {
    if (member.hostId >= below || member.incarnation === s.incarnation) continue;
    const announced = s.exceptionClients.get(memberKey(member));
    if (announced?.slotsDigest === stickyHeld(s)?.slots) yield* announced?.bySlot.get(slot) ?? [];
  }
}

/**
 * Clients that we remember and a host with a lower ID announces: it keeps them. After a split has healed, two hosts may
 * remember the same client.
 */
function yielded(s: WlbsState, rule: PortRule, slot: number): Set<string> {
  const mine = s.sticky.get(rule.name);
  const found = new Set<string>();
  if (!mine || !s.me) return found;
  for (const [client] of announcedClients(s, slot, s.me.hostId)) if (mine.has(client)) found.add(client);
  return found;
}

/** Our exceptions of a rule under the distribution of our epoch. */
export function exceptionsOf(s: WlbsState, slot: number): string[] {
  const rule = stickyHeld(s)?.policy.rules[slot];
  const table = s.distribution.slots[slot];
  if (!rule || !table || !s.view || !keepsSticky(s, rule)) return [];
  const found: string[] = [];
  const theirs = yielded(s, rule, slot);
  for (const [client, bucket] of s.sticky.get(rule.name) ?? []) {
    if (table.owners[bucket] !== s.me?.hostId && !theirs.has(client)) found.push(client);
  }
  return found;
}

/** Lets the oldest beyond the limit go, with a log line when that begins. */
export function limitExceptions(
  draft: Draft,
  at: { rule: string; slot: number },
  clients: string[],
): string[] {
  if (clients.length <= EXCEPTIONS_MAX) return clients;
  const before = draft.s.announced.exceptions.bySlot[at.slot]?.length ?? 0;
  const text = `${at.rule} has more than ${EXCEPTIONS_MAX} clients in buckets of other hosts; the oldest go to the owners of their buckets`;
  if (before < EXCEPTIONS_MAX) log(draft, "warn", text);
  return clients.slice(-EXCEPTIONS_MAX);
}

/**
 * Clients of live members in buckets that `s.distribution` gives to us, or that we remember but yield. The front host of
 * direct mode needs all of them: it hands nothing to the owner of a bucket that another host keeps a client of.
 */
function elsewhere(s: WlbsState, slot: number): string[] {
  const table = s.distribution.slots[slot];
  const policy = stickyHeld(s)?.policy;
  const rule = policy?.rules[slot];
  if (!table || !rule || !isSticky(rule)) return [];
  const isFront = policy?.mode === "direct" && s.view?.defaultHost === s.me?.hostId;
  const found = yielded(s, rule, slot);
  for (const [client, bucket] of announcedClients(s, slot, Number.POSITIVE_INFINITY)) {
    if (isFront || table.owners[bucket] === s.me?.hostId) found.add(client);
  }
  return [...found].sort();
}

/** Brings `s.elsewhere` up to date; a member that was lost has none any more. `atOnce`: buckets are about to be taken. */
export function gatherElsewhere(draft: Draft, atOnce: boolean): void {
  const { s, now } = draft;
  const held = stickyHeld(s);
  if (!held?.policy.rules.some(isSticky)) return;
  const isDue =
    s.stage === "member" && held.digest === s.active?.digest && now - s.elsewhere.at >= GATHER_PERIOD_MS;
  if (!atOnce && !isDue) return;
  sortAnnounced(s);
  const bySlot = held.policy.rules.map((_, slot) => elsewhere(s, slot));
  const text = JSON.stringify(bySlot);
  const { version } = s.elsewhere;
  s.elsewhere = { bySlot, text, at: now, version: text === s.elsewhere.text ? version : version + 1 };
}
