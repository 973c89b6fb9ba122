/** What a machine tells of itself for a validation: this very machine, and what tools print elsewhere. */
import { createServer } from "node:net";
import { samplePair } from "@bulkhead/core/mscs";
import { type Execute, execute } from "@bulkhead/pacemaker";
import { readNodeFacts, readWitnessFacts } from "@bulkhead/protocol";
import { expect, it } from "vitest";
import { answerAgents, answerInspect } from "./answers.ts";
import { inspectWitness } from "./index.ts";
import { interfaceFacts, macIn, peerFacts } from "./network.ts";
import { diskFacts, fencingFacts, isInFstab } from "./storage.ts";

const silent = { isTls: null, why: null };
const nowMs = () => 1_700_000_000_000;

it("answers with facts that the controller can read, whatever is missing here", async () => {
  const policy = JSON.stringify(samplePair());
  const answer = await answerInspect({ node: "db-1", nowMs, witness: silent }, { policy });
  const facts = readNodeFacts(answer.data);
  expect(facts).toMatchObject({ ok: true, value: { node: "db-1", system: { clockMs: nowMs() } } });
  if (!facts.ok) return;
  expect(facts.value.disks).toEqual([expect.objectContaining({ device: "/dev/sdb1" })]);
  expect(facts.value.agents.map(({ agent }) => agent)).toContain("stonith:fence_ipmilan");
  expect(facts.value.fencing).toHaveLength(2);
});

it("tells of the witness too", async () => {
  expect(readWitnessFacts(await inspectWitness({ run: execute, nowMs }, "witness-1"))).toMatchObject({
    ok: true,
  });
});

it("refuses a policy that is none", async () => {
  expect(await answerInspect({ node: "db-1", nowMs, witness: silent }, { policy: "{}" })).toMatchObject({
    code: "bad-params",
  });
  expect(await answerAgents({ agent: "; rm" })).toMatchObject({ code: "not-found" });
});

const prints =
  (stdout: string, code = 0): Execute =>
  () =>
    Promise.resolve({ code, stdout, stderr: "" });

it("reads interfaces, and that an address is lent", async () => {
  const row = {
    ifname: "eth0",
    mtu: 1500,
    flags: ["BROADCAST", "UP", "LOWER_UP"],
    addr_info: [{ local: "10.77.0.11", prefixlen: 24, dynamic: true }],
  };
  const lo = { ...row, ifname: "lo", flags: ["LOOPBACK", "UP", "LOWER_UP"] };
  expect(await interfaceFacts(prints(JSON.stringify([lo, row])))).toEqual([
    {
      name: "eth0",
      mtu: 1500,
      isUp: true,
      addresses: [{ address: "10.77.0.11", prefixLength: 24, isDynamic: true }],
    },
  ]);
});

it("takes a refused connection for an answer of the peer", async () => {
  const [first, second] = samplePair().nodes;
  const policy = samplePair({ nodes: [first, { ...second, address: "127.0.0.1" }] });
  const [peer] = await peerFacts(prints(""), { policy, node: "db-1", interfaces: [] });
  expect(peer).toMatchObject({ network: "service", address: "127.0.0.1", isReachable: true });
});

it("finds who answers for an address in the kernel's table", () => {
  const table = `IP address       HW type     Flags       HW address            Mask     Device
10.77.0.50       0x1         0x2         02:00:00:00:00:07     *        eth0
10.77.0.51       0x1         0x0         00:00:00:00:00:00     *        eth0`;
  expect(macIn(table, "10.77.0.50", "eth0")).toBe("02:00:00:00:00:07");
  expect(macIn(table, "10.77.0.50", "eth1")).toBeNull();
  expect(macIn(table, "10.77.0.51", "eth0")).toBeNull();
});

it("tells a disk from none, and who would mount it at boot", async () => {
  const disk = { size: 1e9, wwn: null, serial: "S1", uuid: "u", fstype: "ext4", mountpoints: ["/srv"] };
  const run: Execute = (command, args) =>
    prints(
      [command, ...args].includes("lsblk") ? JSON.stringify({ blockdevices: [disk] }) : "TYPE=xfs\nUUID=u\n",
    )(command, []);
  expect(await diskFacts(run, samplePair())).toMatchObject([{ isPresent: true, id: "S1", fs: "xfs" }]);
  expect(await diskFacts(prints("", 32), samplePair())).toMatchObject([
    { isPresent: false, sizeBytes: null },
  ]);
  expect(isInFstab("UUID=u /srv ext4 defaults 0 2", ["/dev/sdb1", "UUID=u"])).toBe(true);
  expect(isInFstab("/dev/sdb1 /srv ext4 noauto,ro 0 2\n# x", ["/dev/sdb1"])).toBe(false);
});

it.each([
  { code: 0, works: true },
  { code: 2, works: true },
  { code: 1, works: false },
])("takes a fence agent's exit code $code for working: $works", async ({ code, works }) => {
  const asked: string[] = [];
  const run: Execute = (command, _args, options) => {
    asked.push(`${command} ${options?.stdin}`);
    return Promise.resolve({ code, stdout: "", stderr: "Status: ?" });
  };
  expect(await fencingFacts(run, samplePair())).toMatchObject([
    { target: "db-1", works },
    { target: "db-2" },
  ]);
  expect(asked[0]).toBe("/usr/sbin/fence_ipmilan port=db-1\nip=192.0.2.1\naction=status\n");
});

it("is not fooled by a port that is taken", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { holderOf } = await import("./network.ts");
  const { port } = server.address() as { port: number };
  expect((await holderOf(execute, { protocol: "tcp", port })).heldBy).not.toBeNull();
  server.close();
});
