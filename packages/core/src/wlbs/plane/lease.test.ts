/** What lets a host go on to take new flows, and what does not let it begin again. */
import { expect, test } from "vitest";
import { memberKey, self, timing, type WlbsState } from "../convergence/state.ts";
import { Machines } from "../convergence/testing/machines.ts";
import { samplePolicy } from "../sample.ts";
import { leaseUntil } from "./lease.ts";

/** web-1 of three at rest, with `leftMs` left of its lease; the others were last heard so long ago. */
function hostWith(leftMs: number, silentMs: { web2: number; web3: number }): { s: WlbsState; now: number } {
  const lab = new Machines(samplePolicy(3)).boot();
  const { state } = lab.host("web-1");
  const { now } = lab;
  const peers = new Map(state.peers);
  const silence = [silentMs.web2, silentMs.web3];
  for (const [i, node] of ["web-2", "web-3"].entries()) {
    const key = memberKey(self(lab.host(node).state));
    const peer = peers.get(key);
    const heardAt = now - (silence[i] ?? 0);
    if (peer) peers.set(key, { ...peer, heardAt, ackedSendAt: heardAt - 1 });
  }
  expect(peers.size).toBe(2);
  const kernel = { ...state.kernel, leaseUntil: now + leftMs };
  const sent = [{ seq: state.seq, at: now }];
  return { s: { ...state, awakeSince: now - 10_000, peers, kernel, sent }, now };
}

const { periodMs, silenceMs, leaseMs, detectMs } = timing(hostWith(0, { web2: 0, web3: 0 }).s);

test("a member that falls silent does not bind a lease that still runs", () => {
  const { s, now } = hostWith(1, { web2: silenceMs, web3: 0 });
  expect(leaseUntil(s, now)).toBe(now - 1 + leaseMs);
});

test("when all are silent a lease counts from the own last beat, for this host may stand still from now on", () => {
  const { s, now } = hostWith(1, { web2: silenceMs, web3: silenceMs });
  const sent = [{ seq: s.seq, at: now - periodMs }];
  expect(leaseUntil({ ...s, sent }, now)).toBe(now - periodMs + leaseMs);
});

test("a lease that has run out is not revived by the silence of a member", () => {
  // It may have counted our own silence and serve our buckets, while what it says is lost on the way.
  for (const web2 of [silenceMs, detectMs - 1, detectMs + 1]) {
    const { s, now } = hostWith(0, { web2, web3: 0 });
    expect(leaseUntil(s, now), `web-2 silent for ${web2} ms`).toBe(0);
  }
});

test("a lease that has run out is revived when all members are heard", () => {
  const { s, now } = hostWith(0, { web2: silenceMs - 1, web3: 0 });
  expect(leaseUntil(s, now)).toBe(now - silenceMs + leaseMs);
});

test("a lease that has run out is not revived while one who left without us may still serve", () => {
  const { s, now } = hostWith(0, { web2: 0, web3: 0 });
  const gone = { hostId: 4, incarnation: 1003, node: "web-4", until: now + 10 };
  const leftBy = (wasMember: boolean) => ({ ...s, departed: new Map([["4:1003", { ...gone, wasMember }]]) });
  expect(leaseUntil(leftBy(true), now)).toBe(0);
  expect(leaseUntil(leftBy(false), now)).toBe(now - 1 + leaseMs);
});
