/** Which way a renewal goes, and what it makes of a refusal. */
import { expect, test } from "vitest";
import { Lease } from "./lease.ts";
import { PacketRenewals } from "./packet-renewals.ts";
import { samplePlane } from "./testing/planes.ts";

/** A kernel whose rules renew whatever comes, and how many packets came. */
function obligingKernel() {
  const seen = { packets: 0 };
  const packets = new PacketRenewals(async (hear) => ({
    port: 7,
    close: () => undefined,
    send(bytes) {
      seen.packets += 1;
      const back = Buffer.from(bytes);
      back.fill(0xff, 8, 12);
      setImmediate(() => hear(back));
    },
  }));
  return { seen, packets };
}

const shellThat = (says: string) => ({ request: async () => says, close: () => undefined });

/** Each look at the lease takes longer than is allowed for. */
function slowly(): () => number {
  let left = 5_000;
  return () => {
    left -= 50;
    return left;
  };
}

test("packets renew, but the first and one in two seconds goes through nft", async () => {
  const { seen, packets } = obligingKernel();
  await packets.gate();
  const lease = new Lease(shellThat(""), packets);
  for (let round = 0; round < 5; round += 1) expect(await lease.renew(samplePlane(), () => 5_000)).toBe(true);
  expect(seen.packets).toBe(4);
});

test("an nft that refuses is told, also when it was slow and packets would do", async () => {
  const { packets } = obligingKernel();
  await packets.gate();
  const lease = new Lease(shellThat("Error: Operation not permitted"), packets);
  expect(await lease.renew(samplePlane(), slowly())).toBe(false);
});

test("rules that are gone are told", async () => {
  const packets = new PacketRenewals(async (hear) => ({
    port: 7,
    close: () => undefined,
    send: (bytes) => void setImmediate(() => hear(bytes)),
  }));
  await packets.gate();
  const lease = new Lease(shellThat(""), packets);
  expect(await lease.renew(samplePlane(), () => 5_000)).toBe(true);
  expect(await lease.renew(samplePlane(), () => 5_000)).toBe(false);
});
