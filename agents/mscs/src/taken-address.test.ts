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
    live: () => Promise.resolve(null),
    own: () => ["10.77.0.11"],
    ask: () => Promise.resolve(stranger),
    peerMac: () => Promise.resolve(peer),
    ...change,
  });

it("refuses an address for which a stranger answers, with who and where", async () => {
  await expect(check({})).rejects.toThrow(
    /10\.77\.0\.50 of resource sql\/ip is in use: 02:00:00:00:00:99 .* eth0/,
  );
});

it("refuses an address that this node has of itself, in IPv6 too", async () => {
  const own = () => ["10.77.0.11", "10.77.0.50"];
  const ask = () => Promise.resolve(null);
  await expect(check({ own, ask })).rejects.toThrow(
    /10\.77\.0\.50 of resource sql\/ip is an address of node db-1 itself/,
  );
  const sixth = structuredClone(policy);
  for (const resource of sixth.groups.flatMap(({ resources }) => resources))
    if (resource.type === "ipAddress") resource.address = "2001:db8::50";
  await expect(check({ policy: sixth, own: () => ["2001:db8::50"] })).rejects.toThrow(/of node db-1 itself/);
});

const livePair = parseXml(newCib(compileCib(policy)), "cib");
const liveWithoutGroups = parseXml(newCib(compileCib({ ...policy, groups: [] })), "cib");

it("refuses an address that the peer has of itself, once the pair is there", async () => {
  const change = { live: () => Promise.resolve(liveWithoutGroups), ask: () => Promise.resolve(peer) };
  await expect(check(change)).rejects.toThrow(
    /10\.77\.0\.50 of resource sql\/ip is an address of node db-2 itself/,
  );
  // The peer may write the same policy while it is asked.
  const looks = [liveWithoutGroups, livePair];
  await expect(check({ ...change, live: () => Promise.resolve(looks.shift() ?? livePair) })).resolves.toBe(
    undefined,
  );
});

it.each<{ why: string; change: Partial<TakenOptions> }>([
  { why: "nobody answers", change: { ask: () => Promise.resolve(null) } },
  {
    why: "the peer answers, which is ahead of us while the pair is formed",
    change: { ask: () => Promise.resolve(peer) },
  },
  { why: "the peer cannot be told from a stranger", change: { peerMac: () => Promise.resolve(null) } },
  {
    why: "the pair has it already, online here",
    change: { live: () => Promise.resolve(livePair), own: () => ["10.77.0.50"] },
  },
])("lets it pass when $why", async ({ change }) => {
  await expect(check(change)).resolves.toBeUndefined();
});
