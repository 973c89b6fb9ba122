/** Joins the parts between database and API: live picture, agent links, planning, rollout, services. */
import type { ApiContext } from "@bulkhead/api";
import type { Db } from "@bulkhead/db";
import type { Clock, Logger } from "@bulkhead/runtime";
import type { Auth } from "./auth/auth.ts";
import type { ClusterSecrets } from "./cluster-secrets.ts";
import type { Applier } from "./deploy/apply.ts";
import { KeyRotations } from "./deploy/key-rotation.ts";
import { Reissuer } from "./deploy/reissue.ts";
import { Rollouts } from "./deploy/rollout.ts";
import { DriftWatch } from "./drift-watch.ts";
import { ActWatch } from "./history/act-watch.ts";
import { FailoverBook } from "./history/failover-book.ts";
import { AgentHub } from "./hub/hub.ts";
import { ChangeFeed } from "./live/feed.ts";
import { LiveFleet } from "./live/live-fleet.ts";
import { mscsPairs } from "./live/snapshot.ts";
import type { Secrets } from "./secrets.ts";
import { deploymentsService, intentService, plansService } from "./services/deploy.ts";
import { fleetService } from "./services/fleet.ts";
import { mscsService } from "./services/mscs.ts";
import { nodesService } from "./services/nodes.ts";
import { setupService } from "./services/setup.ts";
import { tokensService } from "./services/tokens.ts";
import { wlbsService } from "./services/wlbs.ts";
import { StateWatch } from "./state-watch.ts";
import { Turns } from "./turns.ts";
import { World } from "./world.ts";

/** How often violations and key changes are looked at, and the picture is drawn again although nobody reports. */
const tickMs = 1_000;

export interface EngineOptions {
  db: Db;
  auth: Auth;
  secrets: Secrets;
  clusterSecrets: ClusterSecrets;
  clock: Clock;
  log: Logger;
}

export interface Engine {
  /** `baseUrl`: where the caller reached us; the install command that it gets names it. */
  servicesAt(baseUrl: string): Omit<ApiContext, "actor">;
  hub: AgentHub;
  world: World;
  /** After a node was made or renewed by enrolment. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { db, secrets, clock, log } = options;
  const feed = new ChangeFeed(clock);
  const live = new LiveFleet(clock, feed);
  const world = new World(db, feed);
  const drift = new DriftWatch({ db, find: () => services.fleet.snapshot().violations, clock, log });
  const states = new StateWatch({ db, clock, log });
  const book = new FailoverBook({ db, clock, log });
  const acts = new ActWatch({ db, clock, log });
  const { signingKey } = secrets;
  const hub: AgentHub = new AgentHub({
    db,
    world,
    live,
    signingKey,
    clock,
    log,
    async onBundleResult(result) {
      await rollouts.onBundleResult(result);
      await rotations.check();
    },
    onInventory: () => drift.check(),
    onStatus(node, status) {
      states.seen(node, status);
      if (status.service !== "mscs") return;
      book.seen(node, status.mscs);
      acts.seen(node, status.mscs);
    },
    onUnreadableBundle: (node) => reissuer.reissue(node),
  });
  const rollouts = new Rollouts({ db, hub, live, feed, clock, log });
  const reportedGeneration = (node: string) => hub.appliedGeneration(node);
  const { clusterSecrets } = options;
  const bundleTurns = new Turns();
  const applier = { db, world, live, clock, clusterSecrets, signingKey, bundleTurns, reportedGeneration };
  const rotations = new KeyRotations({ applier, rollouts, isOnline: (node) => hub.isOnline(node), log });
  const reissuer = new Reissuer(applier, rollouts, log);
  await world.refresh();
  await book.open(pairNames(world));
  const outdated = world.applied?.outdated ?? [];
  if (outdated.length > 0)
    log.warn({ nodes: outdated }, "policies of an earlier version are in force; apply the fleet file again");
  await rollouts.resume();
  const parts = { ...options, feed, live, world, hub, rollouts, rotations, applier, book, acts };
  const services = servicesOf(parts);
  const stopTicking = everySecond(clock, feed, () => {
    drift.check();
    void rotations.check();
  });
  const close = async () => {
    stopTicking();
    await rotations.close();
    await rollouts.close();
    await hub.settled();
    await book.settled();
    await acts.settled();
  };
  const servicesAt = (baseUrl: string) => ({
    ...services,
    nodes: nodesService({ db, world, live, hub, signingKey, clock, baseUrl }),
  });
  return { servicesAt, hub, world, refresh: () => world.refresh(), close };
}

interface Parts extends EngineOptions {
  feed: ChangeFeed;
  live: LiveFleet;
  world: World;
  hub: AgentHub;
  rollouts: Rollouts;
  rotations: KeyRotations;
  applier: Applier;
  book: FailoverBook;
  acts: ActWatch;
}

function pairNames(world: World): string[] {
  return mscsPairs(Object.values(world.applied?.plan.policies ?? {})).map(({ cluster }) => cluster);
}

function servicesOf(parts: Parts): Omit<ApiContext, "actor" | "nodes"> {
  const { db, auth, world, live, feed, hub, clock, rollouts, rotations, applier, book, acts } = parts;
  const keyRotationOf = (cluster: string) => rotations.view(cluster);
  const failoversOf = (pair: string) => book.recent(pair);
  const deploy = { db, applier, rollouts, feed };
  return {
    fleet: fleetService({ world, live, feed, clock, fleetName: "fleet", keyRotationOf, failoversOf }),
    wlbs: wlbsService({ db, world, live, hub, clock, rotations }),
    mscs: mscsService({ db, world, live, hub, clock, acts, book }),
    intent: intentService(deploy),
    plans: plansService(deploy),
    deployments: deploymentsService(deploy),
    audit: { list: (query) => db.audit.list(query), head: () => db.audit.head() },
    tokens: tokensService({ db, clock }),
    setup: setupService({ db, clock, createUser: (user) => auth.createUser(user) }),
  };
}

/** Also pokes the feed when nobody else has: ages and "has not reported" sentences move by themselves. */
function everySecond(clock: Clock, feed: ChangeFeed, work: () => void): () => void {
  let seen = feed.version;
  let cancel = () => {};
  const tick = () => {
    if (feed.version === seen) feed.poke();
    work();
    seen = feed.version;
    cancel = clock.after(tickMs, tick);
  };
  cancel = clock.after(tickMs, tick);
  return () => cancel();
}
