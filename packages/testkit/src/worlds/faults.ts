/** Everything that goes wrong, is commanded or is mended in a simulated world, each as one named act. */
import { cutsOf, SHAPES } from "../shapes.ts";
import { CALM } from "../weather.ts";
import type { SimHost } from "../wlbs-host.ts";
import { changePolicy } from "./make-policy.ts";
import type { World } from "./world.ts";

/** How often it happens against the others, and what it does to a host picked by chance. */
interface Act {
  weight: number;
  run(world: World, host: SimHost): void;
}

function partition(world: World): void {
  const { lab, random } = world;
  const shape = random.pick(SHAPES);
  const cuts = cutsOf(
    shape,
    lab.hosts.map((host) => host.node),
    random,
  );
  lab.weather.setCuts(cuts);
  world.note(
    `partition ${shape}: ${cuts.length > 12 ? `${cuts.length} links` : cuts.map(([a, b]) => `${a}>${b}`).join(" ")}`,
  );
}

function heal(world: World): void {
  world.lab.weather.setCuts([]);
  world.note("all links are whole");
}

function storm(world: World): void {
  const { lab, random, detectMs } = world;
  const delayMsMax = random.chance(0.1) ? 1.5 * detectMs : random.between(1, 60);
  lab.weather.climate = { loss: random.next() * 0.2, duplicate: 0.05, delayMsMin: 0.2, delayMsMax };
  world.note(`weather: ${JSON.stringify(lab.weather.climate)}`);
}

function freeze(world: World, host: SimHost): void {
  const { lab, random, detectMs } = world;
  if (!host.alive || host.frozen) return;
  const forMs = random.next() * (random.chance(0.5) ? detectMs : 4 * detectMs);
  host.freeze();
  world.note(`${host.node} stands still for ${forMs.toFixed(0)} ms`);
  lab.clock.after(forMs, () => host.thaw());
}

function kill(world: World, host: SimHost): void {
  if (!host.alive) return;
  host.kill();
  world.note(`${host.node}: agent killed`);
  // systemd starts it again after a moment, or it stays away.
  if (world.random.chance(0.6))
    world.lab.clock.after(world.random.next() * 2 * world.detectMs, () => revive(world, host));
}

function revive(world: World, host: SimHost): void {
  if (host.alive) return;
  world.boot(host);
  world.note(`${host.node}: agent started`);
}

function crash(world: World, host: SimHost): void {
  host.crash();
  world.note(`${host.node}: lost its power`);
}

function command(world: World, host: SimHost): void {
  const { random } = world;
  const verb = random.pick([
    "start",
    "start",
    "start",
    "stop",
    "drainstop",
    "drainstop",
    "suspend",
    "resume",
  ] as const);
  const deadlineMs = verb === "drainstop" && random.chance(0.3) ? random.between(0, 8000) : null;
  world.command(host, verb, deadlineMs);
}

function ruleCommand(world: World, host: SimHost): void {
  const { random, lab } = world;
  const rule = random.chance(0.2) ? null : random.pick(lab.policy.rules);
  world.ruleCommand(host, random.pick(["enable", "enable", "disable", "drain"] as const), rule);
}

function probe(world: World, host: SimHost): void {
  const probed = world.lab.policy.rules.filter((rule) => rule.probe !== null);
  if (probed.length > 0) world.probe(host, world.random.pick(probed), world.random.chance(0.5));
}

function kernel(world: World, host: SimHost): void {
  const { random } = world;
  host.installFault = random.pick(["none", "none", "error", "silent"] as const);
  if (host.installFault === "silent") world.hadHungKernel = true;
  host.installMs = random.chance(0.3) ? [200, 2000] : [5, 45];
  world.note(`${host.node}: kernel ${host.installFault}, installs take ${host.installMs.join(" to ")} ms`);
}

function clockJump(world: World, host: SimHost): void {
  const ms = world.random.next() * 3 * world.detectMs;
  host.clock.jump(ms);
  world.note(`${host.node}: clock jumps ahead by ${ms.toFixed(0)} ms`);
}

function policy(world: World): void {
  const change = changePolicy(world.lab.policy, world.nextRule, world.random);
  world.nextRule += 1;
  world.apply(change.policy, change.what, change.closes);
}

function link(world: World, host: SimHost): void {
  const { lab } = world;
  const others = lab.hosts.filter((other) => other !== host);
  const cut = !others.some((other) => lab.weather.isCut(host.node, other.node));
  for (const other of others) {
    lab.weather.setCut(host.node, other.node, cut);
    lab.weather.setCut(other.node, host.node, cut);
  }
  host.setLink(!cut);
  world.note(`${host.node}: cable ${cut ? "pulled" : "plugged in"}`);
}

const ACTS: readonly Act[] = [
  { weight: 3, run: partition },
  { weight: 3, run: heal },
  { weight: 2, run: storm },
  { weight: 3, run: freeze },
  { weight: 2, run: kill },
  { weight: 2, run: revive },
  { weight: 1, run: crash },
  { weight: 4, run: command },
  { weight: 3, run: ruleCommand },
  { weight: 3, run: probe },
  { weight: 1, run: kernel },
  { weight: 1, run: clockJump },
  { weight: 2, run: policy },
  { weight: 1, run: link },
];

/** Something happens to somebody. */
export function somethingHappens(world: World): void {
  const { random, lab } = world;
  const bag = ACTS.flatMap((act) => Array.from({ length: act.weight }, () => act));
  random.pick(bag).run(world, random.pick(lab.hosts));
}

/** All faults end, whatever they are; who is dead, stopped or draining stays so unless `everybody` is asked for. */
export function calmDown(world: World, everybody: boolean): void {
  const { lab, random } = world;
  lab.weather.climate = CALM;
  lab.weather.setCuts([]);
  for (const host of lab.hosts) {
    host.installFault = "none";
    host.installMs = [5, 45];
    host.thaw();
    host.setLink(true);
    if (!host.alive && (everybody || random.chance(0.7))) revive(world, host);
    world.givePolicy(host);
    if (everybody) bringBack(world, host);
  }
  world.note(everybody ? "everything is mended, everybody is started" : "the faults end");
}

function bringBack(world: World, host: SimHost): void {
  if (world.truthOf(host).run === "suspended") world.command(host, "resume");
  world.command(host, "start");
}
