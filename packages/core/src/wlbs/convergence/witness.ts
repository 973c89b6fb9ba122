/** Events that only tell what was seen: probes, link, other machines on the wire, beats that were dropped. */
import type { WlbsEvent } from "./events.ts";
import type { Draft } from "./state.ts";

const MINUTE_MS = 60_000;

/** A probe's verdict; a rule that begins or ends to fail here gives cause for a new epoch. */
export function noteHealth(draft: Draft, event: WlbsEvent & { kind: "health" }): void {
  const { s } = draft;
  const { rule, health, text } = event;
  const wasFailing = s.health.get(rule)?.health === "failing";
  s.health = new Map(s.health).set(rule, { health, text });
  if (wasFailing === (health === "failing")) return;
  if (s.me) s.lastChange = { hostId: s.me.hostId, cause: "rule-state" };
  draft.urgent = true;
}

export function noteLink(draft: Draft, event: WlbsEvent & { kind: "link" }): void {
  const { s, now } = draft;
  const { up, mac } = event;
  const same = s.link?.up === up && s.link.mac === mac;
  s.link = { up, mac, since: same && s.link ? s.link.since : now };
  if (!same) draft.urgent = true;
}

export function noteSeen(draft: Draft, event: WlbsEvent & { kind: "seen" }): void {
  draft.s.probesHeardFrom = event.probesHeardFrom;
  draft.s.claims = event.claims;
}

/** Keeps the counts of a minute ago, so that what is going on can be told from what has been. */
export function noteRejected(draft: Draft, event: WlbsEvent & { kind: "rejected" }): void {
  const { s, now } = draft;
  const kept = s.rejected.before.filter(({ at }, i, all) => at > now - MINUTE_MS || i === all.length - 1);
  const latest = kept.at(-1);
  const isDue = !latest || now - latest.at >= MINUTE_MS / 6;
  const before = isDue ? [...kept, { at: now, counts: s.rejected.counts }] : kept;
  s.rejected = { counts: event.counts, last: event.last, before };
}
