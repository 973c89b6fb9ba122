/**
 * The WLBS machine in bad weather. Each seed is one story of losses, partitions, kills, freezes and commands; the
 * kernels are watched all the time. A failure prints its seed: run it alone with WLBS_SEED=number.
 */
import { expect, test } from "vitest";
import { CALM } from "./weather.ts";
import type { SimHost } from "./wlbs-host.ts";
import { WlbsLab } from "./wlbs-lab.ts";

const SEEDS = process.env.WLBS_SEED
  ? [Number(process.env.WLBS_SEED)]
  : Array.from({ length: Number(process.env.WLBS_SEEDS ?? 40) }, (_, i) => i + 1);

/** Cuts the hosts into two groups at random, or one direction of one link. */
function cut(lab: WlbsLab): void {
  const { random, hosts, weather } = lab;
  if (random.chance(0.3)) return weather.setCut(random.pick(hosts).node, random.pick(hosts).node, true);
  const side = new Set(hosts.filter(() => random.chance(0.5)));
  for (const a of hosts) for (const b of hosts) weather.setCut(a.node, b.node, side.has(a) !== side.has(b));
}

function heal(lab: WlbsLab): void {
  for (const a of lab.hosts) for (const b of lab.hosts) lab.weather.setCut(a.node, b.node, false);
}

/** One thing goes wrong, or is mended. */
function mishap(lab: WlbsLab, host: SimHost): void {
  const { random } = lab;
  const what = random.between(0, 9);
  if (what === 0) cut(lab);
  else if (what === 1) heal(lab);
  else if (what === 2) host.kill();
  else if (what === 3 && !host.alive) host.boot(lab.policy);
  else if (what === 4) host.freeze();
  else if (what === 5) host.thaw();
  else if (what === 6) host.command(random.pick(["stop", "drainstop"] as const));
  else if (what === 7) host.command("start");
  else if (what === 8) host.installFault = random.pick(["none", "none", "error"] as const);
  else lab.weather.climate = { loss: random.next() * 0.15, duplicate: 0.05, delayMsMin: 0.2, delayMsMax: 60 };
  lab.notes.push(`${lab.clock.now()} mishap ${what} ${host.node} ${JSON.stringify(lab.weather.climate)}`);
  host.countConnections();
}

function calmDown(lab: WlbsLab): void {
  lab.weather.climate = CALM;
  heal(lab);
  for (const host of lab.hosts) {
    host.installFault = "none";
    if (!host.alive) host.boot(lab.policy);
    if (host.frozen) host.thaw();
    host.command("start");
  }
}

test.each(SEEDS)(
  "seed %i: nobody owns a bucket twice, and calm weather brings everybody back",
  { timeout: 240_000 },
  (seed) => {
    const lab = new WlbsLab({ seed, hosts: 2 + (seed % 5) });
    const nodes = lab.hosts.map((host) => host.node);
    if (process.env.WLBS_SEED) lab.logLines = 200;
    lab.bootAll();
    for (let i = 0; i < 60; i += 1) {
      lab.run(lab.random.between(10, 1500));
      mishap(lab, lab.random.pick(lab.hosts));
    }
    calmDown(lab);
    // A refused install is retried after up to 30 s.
    lab.until(() => lab.isConverged(nodes), "all converged in calm weather", 45_000);
    expect(lab.overlaps, lab.report("two owners")).toEqual([]);
  },
);
