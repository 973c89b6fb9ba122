/**
 * The tier under bad circumstances, with real agents and real packets (see `testing/hard`): every trouble is named with
 * what ends it, the others serve, no connection is lost, and all is as before when the trouble is over.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { beginProof } from "./testing/hard/begin-proof.ts";
import type { MachineFacts, Proofs, SegmentFacts } from "./testing/hard/facts.ts";
import { isProofPossible } from "./testing/run-proof.ts";

let proofs: Proofs;

beforeAll(async () => {
  if (!isProofPossible) return;
  const [machine, segment, leaving, kinds] = await Promise.all([
    beginProof("proof-machine.ts"),
    beginProof("proof-segment.ts"),
    beginProof("proof-leaving.ts", { WLBS_HARD_HOSTS: "0" }),
    beginProof("proof-kinds.ts"),
  ]);
  proofs = { machine, segment, leaving, kinds } as Proofs;
}, 600_000);

const everybody = ["host-1", "host-2", "host-3"];
const withoutSecond = ["host-1", "host-3"];

function expectAnswered({ twice, refused }: { twice: number; refused: number }): void {
  expect({ twice, refused }).toEqual({ twice: 0, refused: 0 });
}

describe.skipIf(!isProofPossible)("a host in trouble with its own machine", () => {
  let seen: MachineFacts;
  beforeAll(() => {
    seen = proofs.machine;
  });

  test.each([
    { blow: "link", text: "eth0 of host-2 has no link", cure: "Plug the cable in" },
    { blow: "deleted", text: "There is no interface eth0 on host-2", cure: "Bring eth0 back" },
    {
      blow: "renamed",
      text: "There is no interface eth0 on host-2",
      cure: "correct interface in the fleet file",
    },
    { blow: "nft refuses", text: "Operation not permitted", cure: "tries again by itself" },
    { blow: "nft hangs", text: "has not answered for 2 s", cure: "tries again by itself" },
  ] as const)(
    "$blow: named with its cure, taken over, healed, no connection lost",
    ({ blow, text, cure }) => {
      const { finding, onHost2, during, after, held } = seen[blow];
      expect(finding).toMatchObject({
        text: expect.stringContaining(text),
        cure: expect.stringContaining(cure),
      });
      expect(onHost2).toBeGreaterThan(0);
      expect(Object.keys(during)).toEqual(withoutSecond);
      expect(Object.keys(after)).toEqual(everybody);
      expect(held).toMatchObject({ same: 60, of: 60 });
    },
  );

  test("without nft at the start the others serve, and the host joins when it is there", () => {
    const { lastError, during, after } = seen["nft gone at start"];
    expect(lastError).toContain("Install it (package nftables or iproute2)");
    expect(Object.keys(during)).toEqual(withoutSecond);
    expect(Object.keys(after)).toEqual(everybody);
  });

  test.each(["flushed", "table gone", "another layout", "taken apart"] as const)(
    "%s by somebody else: put back, and said",
    (harm) => {
      const { warning, held, after } = seen[harm];
      expect(warning).toContain("changed by somebody else and was put back");
      expect(held).toMatchObject({ same: 60, of: 60 });
      expect(Object.keys(after)).toEqual(everybody);
    },
  );

  test("a table of another program at the same hook is left as it is", () => {
    const { untouched, held } = seen["another's table"];
    expect(untouched).toBe(true);
    expect(held).toMatchObject({ same: 60, of: 60 });
  });

  test.each([
    { disk: "full disk", error: "ENOSPC" },
    { disk: "read-only disk", error: "EROFS" },
  ] as const)("$disk: a command holds and is kept as soon as it can be", ({ disk, error }) => {
    const { answer, complaint, during, after } = seen[disk];
    expect(answer.code).toBe("ok");
    expect(complaint).toContain(error);
    expect(complaint).toMatch(/Make \S+wlbs\.json writable again/);
    expect(Object.keys(during)).toEqual(withoutSecond);
    expect(Object.keys(after)).toEqual(everybody);
  });

  test("a process that stands still for two seconds loses no connection", () => {
    expect(seen["stopped process"].held).toMatchObject({ same: 60, of: 60 });
  });

  test("a thread without memory is named and replaced", () => {
    const { complaint, held, after } = seen.memory;
    expect(complaint).toContain("memory limit");
    expect(complaint).toContain("A new one takes its place");
    expect(held).toMatchObject({ same: 60, of: 60 });
    expect(Object.keys(after)).toEqual(everybody);
  });

  test("in the whole run no SYN was answered twice, and no segment was refused", () => {
    expect(seen.answers.connections).toBeGreaterThan(1_000);
    expectAnswered(seen.answers);
  });
});

describe.skipIf(!isProofPossible)("a cluster in trouble with its segment", () => {
  let seen: SegmentFacts;
  beforeAll(() => {
    seen = proofs.segment;
  });

  test.each([
    {
      visit: "duplicate host id",
      own: "duplicate-host-id",
      text: "Host ID 2 is used by host-2 and by host-4",
      cure: "Give one of the two a free host ID in the fleet file",
    },
    {
      visit: "forged",
      own: "forged-beats",
      text: "signature is wrong",
      cure: "find the machine by its address",
    },
    {
      visit: "strange key",
      own: "wrong-key",
      text: "a key that this host does not have",
      cure: "Apply the fleet file",
    },
  ] as const)("$visit: said on both sides, and nothing changes", ({ visit, own, text, cure }) => {
    const { finding, own: theirs, isAdmitted, held } = seen[visit];
    expect(finding).toMatchObject({
      text: expect.stringContaining(text),
      cure: expect.stringContaining(cure),
    });
    expect(theirs.map(({ kind }) => kind)).toContain(own);
    expect(isAdmitted).toBe(false);
    expect(held).toMatchObject({ same: 60, of: 60 });
  });

  test("a switch that keeps the cluster MAC of one port back is found, and the port is named", () => {
    const { findings, onThird } = seen.filtered;
    for (const { text, cure } of findings) {
      expect(text).toContain("03:bf:0a:09:00:64 from the port of host-3 do not reach");
      expect(cure).toContain("Let the switch flood this MAC");
    }
    expect([findings.length, onThird]).toEqual([2, null]);
  });

  test("another machine with the virtual IPs is named by its MAC", () => {
    const { found } = seen["duplicate vip"];
    expect(found.text).toMatch(/Another machine claims the virtual IP \S+: 02:00:00:00:00:42/);
    expect(found.cure).toContain("take");
  });

  test("two halves that see each other again say so, both, and are one", () => {
    const { sides, held } = seen.split;
    expect(sides.map(({ text }) => text)).toEqual([
      expect.stringContaining("web was split: host-1 and host-3"),
      expect.stringContaining("web was split: host-3 and host-"),
    ]);
    // A half may hear the other's new epoch before it has one of its own.
    for (const { evidence } of sides) {
      const epochs = evidence.map((line) => /^host-\d: epoch (\d+\.\d) with hosts [123]/.exec(line)?.[1]);
      expect(new Set(epochs).size).toBe(2);
      expect(epochs).not.toContain(undefined);
    }
    expect(held).toMatchObject({ same: 60, of: 60 });
  });

  test("a clock that jumps by an hour changes nothing", () => {
    const { stale, isSaid, takers } = seen["clock jumps"];
    expect({ stale, isSaid }).toEqual({ stale: [0, 0, 0], isSaid: false });
    expect(Object.keys(takers)).toEqual(everybody);
  });

  test("a host that starts with a wrong clock is told by how much, on both sides, and joins when it is right", () => {
    const [mine, theirs] = seen["wrong clock"].findings;
    expect(mine?.evidence.join()).toContain("its clock is 3600.0 s ahead");
    expect(theirs?.evidence.join()).toContain("its clock is 3600.0 s behind");
    expect(mine?.cure).toContain("NTP");
    expect(Object.keys(seen.after.takers)).toEqual(everybody);
  });

  test("no SYN was answered twice, and no segment was refused", () => expectAnswered(seen.answers));
});

describe.skipIf(!isProofPossible)("a host that leaves", () => {
  test.each(["multicast", "unicast", "igmp", "direct"])("%s: leaves everything exactly as it was", (mode) => {
    const { during = 0, killed = 0, ...left } = proofs.leaving[mode] ?? {};
    expect(Math.min(during, killed)).toBeGreaterThan(50);
    expect(left).toEqual({ stopped: [], released: [], releasedLater: [] });
  });
});

describe.skipIf(!isProofPossible)("kinds of traffic", () => {
  test("with extended affinity a client stays on its host when another joins, of either address family", () => {
    const { clients, moved, movedPlain, again } = proofs.kinds.sticky;
    expect({ clients, moved, again }).toEqual({ clients: 32, moved: [], again: [] });
    // Without it a third of the clients move: nobody of 32 has a chance of 1 in 400,000.
    expect(movedPlain).toBeGreaterThan(0);
  });

  test("large datagrams reach one host each, whole, of either address family", () => {
    const { datagrams, whole, hosts } = proofs.kinds.fragments;
    expect({ datagrams, whole }).toEqual({ datagrams: 32, whole: 32 });
    expect(hosts).toBeGreaterThan(1);
  });
});
