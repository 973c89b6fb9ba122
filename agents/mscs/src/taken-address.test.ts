/** Addresses that are in use already: found before the pair takes them, and the pair's own are not mistaken for it. */
import { compileCib, samplePair } from "@bulkhead/core/mscs";
import { execute, newCib, parseXml } from "@bulkhead/pacemaker";
import { expect, it } from "vitest";
import { refuseTakenAddresses, type TakenOptions } from "./taken-address.ts";

const policy = samplePair();
const stranger = "02:00:00:00:00:99";
const peer = "02:00:00:00:00:12";
const check = (change: Partial<TakenOptions>) =>
  refuseTakenAddresses({
    run: execute,
    node: "db-1",
    policy,
    live: null,
    ask: () => Promise.resolve(stranger),
    peerMac: () => Promise.resolve(peer),
    ...change,
  });

it("refuses an address for which a stranger answers, with who and where", async () => {
  await expect(check({})).rejects.toThrow(
    /10\.77\.0\.50 of resource sql\/ip is in use: 02:00:00:00:00:99 .* eth0/,
  );
});

it.each<{ why: string; change: Partial<TakenOptions> }>([
  { why: "nobody answers", change: { ask: () => Promise.resolve(null) } },
  { why: "the peer answers, which is ahead of us", change: { ask: () => Promise.resolve(peer) } },
  { why: "the peer cannot be told from a stranger", change: { peerMac: () => Promise.resolve(null) } },
  { why: "the pair has it already", change: { live: parseXml(newCib(compileCib(policy)), "cib") } },
])("lets it pass when $why", async ({ change }) => {
  await expect(check(change)).resolves.toBeUndefined();
});
