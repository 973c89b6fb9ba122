/** Joins the parts between database and API: live picture, agent links, planning, rollout, services. */
import type { ApiContext } from "@bulkhead/api";
import type { Db } from "@bulkhead/db";
import type { Clock, Logger } from "@bulkhead/runtime";
import type { Auth } from "./auth/auth.ts";
import type { ClusterSecrets } from "./cluster-secrets.ts";
import type { Applier } from "./deploy/apply.ts";
import { Reissuer } from "./deploy/reissue.ts";
import { Rollouts } from "./deploy/rollout.ts";
import { DriftWatch } from "./drift-watch.ts";
import { AgentHub } from "./hub/hub.ts";
import { ChangeFeed } from "./live/feed.ts";
import { LiveFleet } from "./live/live-fleet.ts";
import type { Secrets } from "./secrets.ts";
import { mscsService, wlbsService } from "./services/commands.ts";
import { deploymentsService, intentService, plansService } from "./services/deploy.ts";
import { fleetService } from "./services/fleet.ts";
import { nodesService } from "./services/nodes.ts";
import { setupService } from "./services/setup.ts";
import { tokensService } from "./services/tokens.ts";
import { StateWatch } from "./state-watch.ts";
import { World } from "./world.ts";

/** How often the picture is drawn again although nobody reports: ages and "has not reported" sentences move. */
const idleTickMs = 1_000;

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
  const drift = new DriftWatch({ db, world, live, clock, log });
  const states = new StateWatch({ db, clock, log });
  const { signingKey } = secrets;
  const hub: AgentHub = new AgentHub({
    db,
    world,
    live,
    signingKey,
    clock,
    log,
    onBundleResult: (result) => rollouts.onBundleResult(result),
    onInventory: () => drift.check(),
    onStatus: (node, status) => states.seen(node, status),
    onUnreadableBundle: (node) => reissuer.reissue(node),
  });
  const rollouts = new Rollouts({ db, hub, live, feed, clock, log });
  const reportedGeneration = (node: string) => hub.appliedGeneration(node);
  const { clusterSecrets } = options;
  const applier = { db, world, live, clock, clusterSecrets, signingKey, reportedGeneration };
  const reissuer = new Reissuer(applier, rollouts, log);
  await world.refresh();
  await rollouts.resume();
  const stopTicking = everyIdle(clock, feed);
  const close = async () => {
    stopTicking();
    await rollouts.close();
    await hub.settled();
  };
  const services = servicesOf({ ...options, feed, live, world, hub, rollouts, applier });
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
  applier: Applier;
}

function servicesOf(parts: Parts): Omit<ApiContext, "actor" | "nodes"> {
  const { db, auth, world, live, feed, hub, clock, rollouts, applier } = parts;
  const deploy = { db, applier, rollouts, feed };
  return {
    fleet: fleetService({ world, live, feed, clock, fleetName: "fleet" }),
    wlbs: wlbsService({ db, world, live, hub, clock }),
    mscs: mscsService({ db, world, live, hub, clock }),
    intent: intentService(deploy),
    plans: plansService(deploy),
    deployments: deploymentsService(deploy),
    audit: { list: (query) => db.audit.list(query), head: () => db.audit.head() },
    tokens: tokensService({ db, clock }),
    setup: setupService({ db, clock, createUser: (user) => auth.createUser(user) }),
  };
}

function everyIdle(clock: Clock, feed: ChangeFeed): () => void {
  let seen = feed.version;
  let cancel = () => {};
  const tick = () => {
    if (feed.version === seen) feed.poke();
    seen = feed.version;
    cancel = clock.after(idleTickMs, tick);
  };
  cancel = clock.after(idleTickMs, tick);
  return () => cancel();
}
