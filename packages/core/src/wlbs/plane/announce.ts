/**
 * Announcements beside the beat: buckets that this host drains (direct mode: their packets reach the front host only)
 * and its sticky clients in buckets of others. Told when they change and every second while there are any, in pages;
 * a page that is lost comes again a second later.
 */
import {
  type Drains,
  type Envelope,
  type Exceptions,
  PAGE_CLIENTS,
  type Page,
} from "../convergence/messages.ts";
import { type Announced, type Draft, memberKey, self, type WlbsState } from "../convergence/state.ts";
import { isSticky } from "../policy.ts";
import { drainingBitmap } from "./compose.ts";
import type { Marks } from "./marks.ts";
import { exceptionsOf, limitExceptions, sortClients } from "./sticky.ts";

const ANNOUNCE_PERIOD_MS = 1000;

type Unsent<Message extends Envelope> = Omit<Message, keyof Envelope>;
type Announcement = Unsent<Drains> | Unsent<Exceptions>;

function pageOf(s: WlbsState, page: number, pages: number): Page {
  return { policyDigest: s.active?.digest ?? "", version: s.announced.version, page, pages };
}

/** One page for each group of slots with the same marks. */
function drainsPages(s: WlbsState): Unsent<Drains>[] {
  const groups = new Map<Marks, number>(
    s.kernel.slots.flatMap((marks) => (marks && marks.draining > 0 ? [[marks, 0] as const] : [])),
  );
  for (const [slot, marks] of s.kernel.slots.entries()) {
    const bits = marks ? groups.get(marks) : undefined;
    if (marks && bits !== undefined) groups.set(marks, (bits | (1 << slot)) >>> 0);
  }
  const pages = [...groups].map(([marks, slots]) => ({ slots, bitmap: drainingBitmap(marks) }));
  const all = pages.length === 0 ? [{ slots: 0, bitmap: new Uint8Array(0) }] : pages;
  return all.map((page, i) => ({ kind: "drains", ...pageOf(s, i, all.length), ...page }));
}

function exceptionPages(s: WlbsState, slot: number, clients: readonly string[]): Unsent<Exceptions>[] {
  const count = Math.max(1, Math.ceil(clients.length / PAGE_CLIENTS));
  return Array.from({ length: count }, (_, page) => ({
    kind: "exceptions",
    ...pageOf(s, page, count),
    slot,
    clients: clients.slice(page * PAGE_CLIENTS, (page + 1) * PAGE_CLIENTS),
  }));
}

function announceDrains(draft: Draft, again: boolean): Announcement[] {
  const { s } = draft;
  if (s.active?.policy.mode !== "direct" || !s.kernel.present) return [];
  const marks = s.kernel.slots;
  const isEmpty = marks.every((slot) => (slot?.draining ?? 0) === 0);
  const same =
    s.announced.drains.length === marks.length && s.announced.drains.every((m, i) => m === marks[i]);
  if (same && (isEmpty || !again)) return [];
  s.announced.drains = marks;
  s.announced.version += 1;
  return drainsPages(s);
}

function announceExceptions(draft: Draft, again: boolean): Announcement[] {
  const { s } = draft;
  return (s.active?.policy.rules ?? []).flatMap((rule, slot) => {
    if (!isSticky(rule)) return [];
    const all = exceptionsOf(s, slot);
    const clients = limitExceptions(draft, rule.name, all);
    const text = `${clients.length < all.length ? "over " : ""}${clients.join()}`;
    const same = text === (s.announced.exceptions.get(rule.name) ?? "");
    if (same && (clients.length === 0 || !again)) return [];
    s.announced.exceptions = new Map(s.announced.exceptions).set(rule.name, text);
    s.announced.version += 1;
    return exceptionPages(s, slot, clients);
  });
}

/** Sends what has changed, and everything once a second. `atOnce`: others are waiting for it. */
export function announce(draft: Draft, atOnce: boolean): void {
  const { s, now } = draft;
  if (s.stage !== "member" || !s.active) return;
  const again = now - s.announced.at >= ANNOUNCE_PERIOD_MS;
  if (!again && !atOnce) return;
  s.announced = { ...s.announced, at: again ? now : s.announced.at };
  const { cluster } = s.active.policy;
  for (const content of [...announceDrains(draft, again), ...announceExceptions(draft, again)]) {
    s.seq += 1;
    draft.effects.push({ kind: "send", message: { ...content, cluster, ...self(s), seq: s.seq } });
  }
}

/** Puts a page where it belongs; a version counts when all its pages are there. */
function takePage<Content>(
  known: Announced<Content> | undefined,
  page: Page,
  content: Content,
): Announced<Content> {
  const { policyDigest, version, pages: count } = page;
  if (known && known.version > version) return known;
  const isNew = known?.version !== version;
  const pages = isNew ? Array.from({ length: count }, () => null) : [...known.pages];
  if (page.page < pages.length) pages[page.page] = content;
  const isWhole = pages.every((other) => other !== null);
  const whole = isWhole ? pages.filter((other) => other !== null) : (known?.whole ?? []);
  return { policyDigest: isWhole ? policyDigest : (known?.policyDigest ?? ""), version, pages, whole };
}

export function hearDrains(draft: Draft, message: Drains): void {
  const { s } = draft;
  const key = memberKey(message);
  const { slots, bitmap } = message;
  s.drains = new Map(s.drains).set(key, takePage(s.drains.get(key), message, { slots, bitmap }));
}

export function hearExceptions(draft: Draft, message: Exceptions): void {
  const { s } = draft;
  const rule = s.active?.policy.rules[message.slot];
  if (!rule || !isSticky(rule) || message.policyDigest !== s.active?.digest) return;
  const key = memberKey(message);
  const bySlot = new Map(s.exceptions.get(key));
  const known = bySlot.get(message.slot);
  const announced = takePage(known, message, message.clients);
  const isSame = known !== undefined && announced.whole === known.whole;
  const clients = isSame
    ? known.clients
    : sortClients(rule, announced.whole.flat(), { seed: s.active.policy.hashSeed, before: known?.clients });
  bySlot.set(message.slot, { ...announced, clients });
  s.exceptions = new Map(s.exceptions).set(key, bySlot);
}

/** Forgets what hosts have announced that are not known any more. */
export function forgetAnnouncements(s: WlbsState): void {
  const isGone = (key: string) => !s.peers.has(key);
  if ([...s.drains.keys()].some(isGone)) {
    s.drains = new Map([...s.drains].filter(([key]) => !isGone(key)));
  }
  if ([...s.exceptions.keys()].some(isGone)) {
    s.exceptions = new Map([...s.exceptions].filter(([key]) => !isGone(key)));
  }
}
