/**
 * The story of one world from its seed: troubles, then calm, several times; in every calm the cluster must come to rest
 * within the bound, and stay as it is.
 */
import type { Violation } from "../checks/violation.ts";
import { cutsOf } from "../shapes.ts";
import type { SimHost } from "../wlbs-host.ts";
import { STICKY_SETTLE_MS } from "../wlbs-lab.ts";
import { calmDown, somethingHappens } from "./faults.ts";
import { checkReports, whyNotAtRest, whyStrayClient, whyUncovered } from "./rest.ts";
import { World } from "./world.ts";

export interface WorldResult {
  seed: number;
  violations: Violation[];
  /** For people: what happened, and what every host says. Empty when nothing is wrong. */
  story: string;
  hosts: number;
  simulatedMs: number;
  /** Longest time from the end of troubles to rest. */
  restMsMax: number;
  epochs: number;
  connections: number;
  unanswered: number;
  splitOverlaps: number;
  forgottenOverlaps: number;
  clientOverlaps: number;
}

/** A drain may end at the very bound of coverage, and its buckets change hands: it is looked for this long before. */
const HANDOVER_MS = 500;

/** A refused install is tried again, and a host that did not follow let in again, after at most this. */
const OUTSIDE_MS = 31_000;

/**
 * The bound of coverage: how long after the last fault every bucket that anybody may take must be owned. Two hosts that
 * could not hear each other need one detection time to notice, one to listen, three at most until the second-lowest forms a
 * cluster, one for leases; the agreement itself takes some beats and installs. A kernel that does not answer, and under
 * `majority` a host that was invited but may not follow, is waited for 5 s, or four detection times.
 */
export function coverBoundMs(world: World): number {
  const isWaitedFor = world.hadHungKernel || world.lab.policy.partition === "majority";
  const hungMs = isWaitedFor ? Math.max(5000, 4 * world.detectMs) : 0;
  return 8 * world.detectMs + 2000 + hungMs;
}

/** Most clusters are small, where the odd cases are; a few have up to 32 hosts, and shorter stories. */
function sizeOf(seed: number): { hosts: number; rounds: number; acts: number } {
  if (seed % 120 === 79) return { hosts: 32, rounds: 1, acts: 3 };
  if (seed % 20 === 19) return { hosts: 8 + (seed % 17), rounds: 1, acts: 6 };
  return { hosts: 2 + (seed % 5), rounds: 3, acts: 14 };
}

/**
 * Plays the world of this seed to its end, or to its first broken promise. The story is told when one was broken, or when
 * `logLines` (how much of it) is given.
 */
export function runWorld(seed: number, { logLines }: { logLines?: number } = {}): WorldResult {
  const { hosts, rounds, acts } = sizeOf(seed);
  const world = new World(seed, hosts);
  const { lab } = world;
  if (logLines !== undefined) lab.logLines = logLines;
  const start = lab.clock.now();
  let restMsMax = 0;
  try {
    lab.bootAll();
    restMsMax = Math.max(restMsMax, rest(world));
    for (let round = 0; round < rounds && lab.violations.length === 0; round += 1) {
      trouble(world, acts);
      const everybody = round === rounds - 1 || lab.policy.partition === "majority";
      letPass(world, everybody);
      restMsMax = Math.max(restMsMax, rest(world));
      if (everybody && world.random.chance(0.4)) cleanSplit(world);
    }
  } catch (error) {
    lab.fail("alive", error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  world.traffic.stop();
  const first = lab.violations[0];
  return {
    seed,
    violations: lab.violations,
    story:
      first || logLines !== undefined ? lab.report(first ? `${first.check}: ${first.text}` : "in order") : "",
    hosts,
    simulatedMs: lab.clock.now() - start,
    restMsMax,
    epochs: lab.epochs.entered,
    connections: world.traffic.opened,
    unanswered: world.traffic.unanswered,
    splitOverlaps: lab.splitOverlaps,
    forgottenOverlaps: lab.forgottenOverlaps,
    clientOverlaps: lab.clientOverlaps,
  };
}

/** Faults end when the last delayed message of theirs has arrived. */
function letPass(world: World, everybody: boolean): void {
  const { delayMsMax } = world.lab.weather.climate;
  calmDown(world, everybody);
  world.lab.run(delayMsMax);
}

function trouble(world: World, acts: number): void {
  const { lab, random } = world;
  for (let act = 0; act < acts && lab.violations.length === 0; act += 1) {
    lab.run(random.next() * (random.chance(0.5) ? 0.5 : 2) * world.detectMs);
    somethingHappens(world);
  }
}

/** Waits for rest, then looks whether it lasts. Returns how long the waiting took. */
function rest(world: World): number {
  const took = waitFor(world, () => world.expected());
  if (took === null) return 0;
  world.hadHungKernel = false;
  const restedAt = world.lab.clock.now();
  const hosts = world.expected();
  const before = hosts.map((host) => host.state.view?.epoch.counter);
  checkReports(world, hosts);
  watchClients(world, () => world.lab.run(3 * world.detectMs));
  const isSame = hosts.every((host, i) => host.state.view?.epoch.counter === before[i]);
  // A drain may end meanwhile, or a host that was dead come back, also to drain and stop again, and that is an epoch.
  const cameBack = world.lab.hosts.some(({ startedAt }) => startedAt > restedAt);
  const areSame =
    world.expected().every((host, i) => host === hosts[i]) && hosts.length === world.expected().length;
  if (!isSame && areSame && !cameBack)
    world.lab.fail("alive", "the cluster redistributes although nothing happens");
  return took;
}

/** While nothing happens, every sticky client must come to the host that knows it. */
function watchClients(world: World, during: () => void): void {
  const { lab, traffic } = world;
  lab.run(STICKY_SETTLE_MS);
  traffic.onAccept = (host, flow) => {
    const why = whyStrayClient(world, host, flow);
    if (why) lab.fail("sticky", why);
  };
  during();
  traffic.onAccept = () => {};
}

/** Null = not within the bound; the violation is noted then. */
function waitFor(world: World, hosts: () => SimHost[]): number | null {
  const { lab } = world;
  const start = lab.clock.now();
  const bound = coverBoundMs(world);
  let isCovered = false;
  while (lab.violations.length === 0) {
    const took = lab.clock.now() - start;
    const why = whyNotAtRest(world, hosts());
    // Who fell silent under the faults may be missed for the first time now.
    if (why === null && took >= world.detectMs) return took;
    const uncovered: string | null = isCovered || took < bound - HANDOVER_MS ? null : whyUncovered(world);
    isCovered ||= took >= bound - HANDOVER_MS && uncovered === null;
    if (uncovered && took >= bound) lab.fail("coverage", `${uncovered} ${bound} ms after the last fault`);
    if (why && took > bound + OUTSIDE_MS)
      lab.fail(why.check, `no rest ${took.toFixed(0)} ms after the last fault: ${why.text}`);
    lab.run(20);
  }
  return null;
}

/** Cuts a cluster at rest into two parts for good: under `serve` both must serve, under `majority` the right one. */
function cleanSplit(world: World): void {
  const { lab, random } = world;
  const nodes = lab.hosts.map((host) => host.node);
  if (lab.violations.length > 0 || nodes.length < 2) return;
  const cuts = cutsOf("complete", nodes, random);
  lab.weather.setCuts(cuts);
  const [anchor] = lab.hosts;
  if (!anchor) return;
  const apart = new Set(cuts.flatMap(([from, to]) => (from === anchor.node ? [to] : [])));
  const near = lab.hosts.filter((host) => !apart.has(host.node));
  const far = lab.hosts.filter((host) => apart.has(host.node));
  world.note(`a lasting split: ${near.map((h) => h.node).join(" ")} | ${far.map((h) => h.node).join(" ")}`);
  if (lab.policy.partition === "majority") waitFor(world, () => (hasMajority(near, far) ? near : far));
  else waitForBoth(world, near, far);
  lab.weather.setCuts([]);
  world.note("the split is healed");
  rest(world);
}

/** Exactly half goes to the side with the lowest host ID. */
function hasMajority(a: readonly SimHost[], b: readonly SimHost[]): boolean {
  if (a.length !== b.length) return a.length > b.length;
  const lowest = (hosts: readonly SimHost[]) => Math.min(...hosts.map((host) => host.hostId));
  return lowest(a) < lowest(b);
}

/** Under `serve` each part is a cluster of its own; the other part are no outsiders to it. */
function waitForBoth(world: World, near: readonly SimHost[], far: readonly SimHost[]): void {
  const { lab } = world;
  const start = lab.clock.now();
  const bound = coverBoundMs(world);
  const isServed = (hosts: readonly SimHost[]) =>
    lab.isTogether(hosts.map((host) => host.node)) && hosts.every((host) => lab.serves(host));
  while (!(isServed(near) && isServed(far)) && lab.violations.length === 0) {
    if (lab.clock.now() - start > bound)
      lab.fail("coverage", `a part does not serve ${bound} ms after the split`);
    lab.run(20);
  }
}
