/**
 * Hardships of one machine: its interface, its packet filter, its disk, its process. Host 2 suffers, the others go on.
 */
import { sh, sharedMs, until } from "../tree.ts";
import { answers, beginProbing, check, endProbing, hold, takenOver, takers } from "./clients.ts";
import {
  areShared,
  complaints,
  conclude,
  findingWithin,
  first,
  type Host,
  hosts,
  isCalm,
  killAgent,
  policy,
  second,
  section,
  startAgent,
  statusOf,
  third,
  timed,
  vip4,
  vip6,
} from "./scene.ts";
import { inside, plugIn } from "./wires.ts";

const others = [first, third];
const calm = (): Promise<number> => timed("a calm cluster", isCalm);
const here = (command: string): string => inside(second.place, command);

interface Blow {
  strike(): void | Promise<void>;
  relieve(): void | Promise<void>;
  /** What the host says of it. */
  finding: string;
}

/** Connections are open; the blow falls; it is reported; the others serve; it ends; all is as before. */
async function suffer({ strike, relieve, finding: kind }: Blow): Promise<unknown> {
  const held = await hold("held", 80, 60);
  const onHost2 = held.filter(({ host }) => host === "host-2").length;
  const since = sharedMs();
  await strike();
  let seen: Record<string, unknown>;
  try {
    const finding = await findingWithin(second, kind, since);
    const takenMs = await takenOver(others, since);
    seen = { finding, takenMs, during: await takers() };
  } finally {
    await relieve();
  }
  return { onHost2, ...seen, calmMs: await calm(), held: await check("held"), after: await takers() };
}

await section("boot", async () => {
  const codes = await Promise.all(hosts.map((host) => startAgent(host)));
  return { codes, calmMs: await calm() };
});

await section("link", () =>
  suffer({
    strike: () => void sh("ip link set host-2 down"),
    relieve: () => void sh("ip link set host-2 up"),
    finding: "media-disconnected",
  }),
);

await section("deleted", () =>
  suffer({
    strike: () => void here("ip link del eth0"),
    relieve: () => plugIn(second.place),
    finding: "no-interface",
  }),
);

await section("nft gone at start", async () => {
  await killAgent(second);
  here("mount --bind /dev/null /usr/sbin/nft");
  await takenOver(others, sharedMs());
  await startAgent(second);
  const finding = await findingWithin(second, "kernel-refuses");
  const { lastError } = statusOf(second) ?? {};
  const during = await takers();
  here("umount /usr/sbin/nft");
  return { finding, lastError, during, calmMs: await calm(), after: await takers() };
});

/** Puts another program in the place of nft, on this host alone, and ends those that run. */
function replaceNft(script: string): void {
  here(
    `printf '#!/bin/sh\\n${script}\\n' > /mnt/nft; chmod +x /mnt/nft; mount --bind /mnt/nft /usr/sbin/nft`,
  );
  here(`for p in $(pgrep -P ${second.agent.pid} nft); do kill $p; done`);
}

const giveNftBack = (): void => void here("umount /usr/sbin/nft");

await section("nft refuses", () =>
  suffer({
    strike: () => replaceNft('echo "Error: Could not process rule: Operation not permitted" >&2; exit 1'),
    relieve: giveNftBack,
    finding: "kernel-refuses",
  }),
);

await section("nft hangs", () =>
  suffer({
    strike: () => replaceNft("exec sleep 600"),
    relieve: giveNftBack,
    finding: "kernel-refuses",
  }),
);

const tables = ["arp", "inet", "netdev"].map((family) => `${family} bulkhead`);
const isInPlace = (): boolean => {
  const there = here("nft list tables; (ip addr show dev eth0; ip maddr show dev eth0) 2>/dev/null");
  return [...tables, vip4, vip6, `${policy.clusterMac}`].every((part) => there.includes(part));
};

/** How long it takes until all of ours is there again and the host takes what is its own. */
async function putBack(harm: string): Promise<unknown> {
  const held = await hold("held", 80, 60);
  const since = sharedMs();
  here(harm);
  const backMs = await timed("everything to be put back", isInPlace);
  await until("a warning", () => second.log.some(({ message }) => message.includes("put back")));
  const warning = second.log.find(({ message }) => message.includes("put back"))?.message;
  second.log = [];
  return {
    of: held.length,
    backMs,
    warning,
    tookMs: Math.round(sharedMs() - since),
    calmMs: await calm(),
    held: await check("held"),
    after: await takers(),
  };
}

await section("flushed", () => putBack("nft flush ruleset"));
await section("table gone", () => putBack("nft delete table netdev bulkhead"));
await section("another layout", () =>
  putBack(
    "nft delete table netdev bulkhead; nft 'table netdev bulkhead { set leased { type ipv4_addr; }; chain in { type filter hook ingress device eth0 priority 5; ip daddr 10.9.0.100 drop; }; chain own { }; }'",
  ),
);

await section("another's table", async () => {
  const theirs =
    "table netdev theirs { chain early { type filter hook ingress device eth0 priority -10; ip daddr 10.9.0.100 drop; }; chain late { type filter hook ingress device eth0 priority 10; ip daddr 10.9.0.100 accept; }; }";
  const held = await hold("held", 80, 60);
  here(`nft '${theirs}'`);
  const before = here("nft list table netdev theirs");
  const renewals = (): number => statusOf(second)?.traffic.leaseRenewals ?? 0;
  const enough = renewals() + 26;
  // A host looks after its tables every 5 s and renews five times a second.
  await until("a look at the tables", () => renewals() >= enough);
  const untouched = here("nft list table netdev theirs") === before;
  here("nft delete table netdev theirs");
  return {
    of: held.length,
    untouched,
    held: await check("held"),
    after: await takers(),
  };
});

// Nothing of this makes a renewal fail: it is found by looking.
await section("taken apart", () =>
  putBack(
    `nft delete table arp bulkhead; nft flush table netdev bulkhead; ip addr del ${vip4}/32 dev eth0; ip addr del ${vip6}/128 dev eth0; ip maddr del ${policy.clusterMac} dev eth0`,
  ),
);

const fill = "dd if=/dev/zero of=FULL bs=4096 2>/dev/null; true".replace("FULL", `${second.stateDir}/full`);
const target = { target: "all:8080" };
const ruleState = (): string | undefined => statusOf(second)?.rules[1]?.state;

/** Buckets of the rule that these hosts own between them. */
const shopOf = (among: readonly Host[]): number =>
  among.reduce((sum, host) => sum + (statusOf(host)?.rules[1]?.ownedCount ?? 0), 0);

/** A wish that cannot be written holds in this life and is told; it is written when the disk has room again. */
async function withoutDisk(spoil: string, mend: string): Promise<unknown> {
  here(spoil);
  const answer = await second.agent.ask({ verb: "wlbs.disable", args: target });
  await until("the others to have the rule", () => ruleState() === "disabled" && shopOf(others) === 4096);
  await until("a complaint", () => complaints(second).length > 0);
  const [complaint] = complaints(second);
  const during = await takers(8080);
  here(mend);
  const calmMs = await timed("the complaint to end", () => complaints(second).length === 0);
  await killAgent(second);
  await startAgent(second);
  const rememberedMs = await timed(
    "the wish to hold after a restart",
    () => ruleState() === "disabled" && isCalm(),
  );
  await second.agent.ask({ verb: "wlbs.enable", args: target });
  await until("the rule to be shared", () => ruleState() === "enabled" && shopOf([second]) > 0 && isCalm());
  return { answer, complaint, during, calmMs, rememberedMs, after: await takers(8080) };
}

await section("small disk", async () => {
  await killAgent(second);
  here(`mkdir -p ${second.stateDir}; mount -t tmpfs -o size=1m none ${second.stateDir}`);
  await startAgent(second);
  return { calmMs: await calm() };
});
await section("full disk", () => withoutDisk(fill, `rm ${second.stateDir}/full`));
await section("read-only disk", () =>
  withoutDisk(`mount -o remount,ro ${second.stateDir}`, `mount -o remount,rw ${second.stateDir}`),
);

await section("stopped process", async () => {
  const held = await hold("held", 80, 60);
  await beginProbing();
  const since = sharedMs();
  second.agent.kill("SIGSTOP");
  const takenMs = await takenOver(others, since);
  await until("two seconds", () => sharedMs() - since > 2_000);
  second.agent.kill("SIGCONT");
  const calmMs = await calm();
  return { of: held.length, takenMs, calmMs, ...(await endProbing(since)), held: await check("held") };
});

await section("renamed", () =>
  suffer({
    strike: () => void here("ip link set eth0 down; ip link set eth0 name lan0; ip link set lan0 up"),
    relieve: () =>
      void here(
        "ip link set lan0 down; ip link set lan0 name eth0; ip link set eth0 up; ip addr replace fd09::2/64 dev eth0 nodad",
      ),
    finding: "no-interface",
  }),
);
// The last one, since it is complained of for a minute.
await section("memory", async () => {
  const held = await hold("held", 80, 60);
  const before = statusOf(first)?.convergenceCount ?? 0;
  await second.agent.ask({ verb: "strain", how: "fill" });
  await until("a complaint", () => complaints(second).length > 0);
  const [complaint] = complaints(second);
  // Another life is another member.
  await until("its share", () => areShared() && (statusOf(first)?.convergenceCount ?? 0) > before);
  return { of: held.length, complaint, held: await check("held"), after: await takers() };
});

await section("answers", async () => answers());
conclude();
