/**
 * Announcements beside the beat: buckets that this host drains (direct mode: their packets reach the front host only)
 * and its sticky clients in buckets of others. Told when they change and every second while there are any, in pages;
 * a page that is lost comes again a second later.
 */

import { isSettled } from "../convergence/kernel.ts";
import {
  type Drains,
  type Envelope,
  type Exceptions,
  PAGE_CLIENTS,
  type Page,
} from "../convergence/messages.ts";
import {
  type Announced,
  type Draft,
  type DrainsPage,
  type ExceptionsPage,
  memberKey,
  self,
  type WlbsState,
} from "../convergence/state.ts";
import { isSticky } from "../policy.ts";
import { drainingBitmap } from "./compose.ts";
import type { Marks } from "./marks.ts";
import { exceptionsOf, limitExceptions, stickyHeld } from "./sticky.ts";

const ANNOUNCE_PERIOD_MS = 1000;

type Unsent<Message extends Envelope> = Omit<Message, keyof Envelope>;
/** One page for each group of slots with the same marks. */
function drainsPages(s: WlbsState): DrainsPage[] {
  const groups = new Map<Marks, number>();
  for (const [slot, marks] of s.kernel.slots.entries()) {
    if (!marks || marks.draining === 0) continue;
    groups.set(marks, ((groups.get(marks) ?? 0) | (1 << slot)) >>> 0);
  }
  const pages = [...groups].map(([marks, slots]) => ({ slots, bitmap: drainingBitmap(marks) }));
  return pages.length === 0 ? [{ slots: 0, bitmap: new Uint8Array(0) }] : pages;
}

function exceptionsPages(bySlot: readonly string[][]): ExceptionsPage[] {
  const pages = bySlot.flatMap((clients, slot) =>
    Array.from({ length: Math.ceil(clients.length / PAGE_CLIENTS) }, (_, page) => ({
      slot,
      clients: clients.slice(page * PAGE_CLIENTS, (page + 1) * PAGE_CLIENTS),
    })),
  );
  return pages.length === 0 ? [{ slot: 0, clients: [] }] : pages;
}

/** Numbers the pages of one version. */
function paginate<Content>(
  pages: readonly Content[],
  { slots, version }: { slots: string; version: number },
): (Page & Content)[] {
  const head = { slotsDigest: slots, version, pages: pages.length };
  return pages.map((content, page) => ({ ...head, page, ...content }));
}

function drainsToSend(draft: Draft, again: boolean): Unsent<Drains>[] {
  const { s } = draft;
  if (s.active?.policy.mode !== "direct" || !s.kernel.present) return [];
  const { slots } = s.kernel;
  const before = s.announced.drains;
  const same = before.slots.length === slots.length && before.slots.every((marks, i) => marks === slots[i]);
  const isEmpty = slots.every((marks) => (marks?.draining ?? 0) === 0);
  if (same && (isEmpty || !again)) return [];
  const version = before.version + (same ? 0 : 1);
  s.announced = { ...s.announced, drains: { version, slots } };
  return paginate(drainsPages(s), { slots: s.active.slots, version }).map((page) => ({
    kind: "drains",
    ...page,
  }));
}

/** Brings our exceptions up to date; the beat names their version. */
export function renewExceptions(draft: Draft): boolean {
  const { s } = draft;
  const held = stickyHeld(s);
  const rules = held?.policy.rules ?? [];
  // What is not in the kernel yet must not be told: others would take clients that it still answers.
  if (!rules.some(isSticky) || !isSettled(s)) return false;
  const bySlot = rules.map((rule, slot) =>
    limitExceptions(draft, { rule: rule.name, slot }, exceptionsOf(s, slot)),
  );
  const text = JSON.stringify([held?.slots, bySlot]);
  const { exceptions } = s.announced;
  const isEmpty = bySlot.every((clients) => clients.length === 0);
  if (text === exceptions.text || (isEmpty && exceptions.version === 0)) return false;
  s.announced = { ...s.announced, exceptions: { version: exceptions.version + 1, text, bySlot } };
  return true;
}

function exceptionsToSend(draft: Draft, again: boolean): Unsent<Exceptions>[] {
  const isNew = renewExceptions(draft);
  const { version, bySlot } = draft.s.announced.exceptions;
  const isEmpty = bySlot.every((clients) => clients.length === 0);
  // A newcomer waits for the newest version, also when there is nothing in it.
  const isAwaited = draft.s.view?.order !== "stable";
  if (version === 0 || (!isNew && (!again || (isEmpty && !isAwaited)))) return [];
  const slots = stickyHeld(draft.s)?.slots ?? "";
  return paginate(exceptionsPages(bySlot), { slots, version }).map((page) => ({
    kind: "exceptions",
    ...page,
  }));
}

/** Sends what has changed, and everything once a second, or with every beat while somebody may be waiting for it. */
export function announce(draft: Draft, atOnce: boolean): void {
  const { s, now } = draft;
  if (s.stage !== "member" || !s.active) return;
  const isAwaited = s.view?.order !== "stable";
  const again = isAwaited || now - s.announced.at >= ANNOUNCE_PERIOD_MS;
  if (!again && !atOnce) return;
  if (again) s.announced = { ...s.announced, at: now };
  const { cluster } = s.active.policy;
  for (const content of [...drainsToSend(draft, again), ...exceptionsToSend(draft, again)]) {
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
  const { slotsDigest, version } = page;
  if (known && (known.version > version || known.whole?.version === version)) return known;
  const pages =
    known?.version === version ? [...known.pages] : Array.from({ length: page.pages }, () => null);
  if (page.page < pages.length) pages[page.page] = content;
  const all = pages.filter((other) => other !== null);
  const isWhole = all.length === pages.length;
  return { version, pages, whole: isWhole ? { slotsDigest, version, pages: all } : (known?.whole ?? null) };
}

export function hearDrains(draft: Draft, message: Drains): void {
  const { s } = draft;
  const key = memberKey(message);
  const { slots, bitmap } = message;
  const after = takePage(s.drains.get(key), message, { slots, bitmap });
  if (after === s.drains.get(key)) return;
  s.drains = new Map(s.drains).set(key, after);
  draft.stirred = true;
}

export function hearExceptions(draft: Draft, message: Exceptions): void {
  const { s } = draft;
  const key = memberKey(message);
  const { slot, clients } = message;
  const after = takePage(s.exceptions.get(key), message, { slot, clients });
  if (after === s.exceptions.get(key)) return;
  s.exceptions = new Map(s.exceptions).set(key, after);
  draft.stirred = true;
}

/** Members whose newest exceptions have not all arrived here. */
export function lacksExceptions(s: WlbsState): boolean {
  if (!(stickyHeld(s)?.policy.rules ?? []).some(isSticky)) return false;
  return (s.view?.members ?? []).some((member) => {
    const announced = s.peers.get(memberKey(member))?.beat.exceptions ?? 0;
    return announced > (s.exceptions.get(memberKey(member))?.whole?.version ?? 0);
  });
}

/** Forgets what hosts have announced that are not known any more. */
export function forgetAnnouncements(s: WlbsState): void {
  const isGone = (key: string) => !s.peers.has(key);
  if ([...s.drains.keys()].some(isGone)) {
    s.drains = new Map([...s.drains].filter(([key]) => !isGone(key)));
  }
  if ([...s.exceptions.keys()].some(isGone)) {
    s.exceptions = new Map([...s.exceptions].filter(([key]) => !isGone(key)));
    s.exceptionClients = new Map([...s.exceptionClients].filter(([key]) => !isGone(key)));
  }
}
