/** The composition root: secrets, database, engine, HTTP on TCP and on the local socket, and the way down again. */
import { chmod, mkdir, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { createLinkServer } from "@bulkhead/net";
import type { Clock, Logger } from "@bulkhead/runtime";
import type { FastifyInstance } from "fastify";
import { createAuth } from "./auth/auth.ts";
import { ClusterSecrets } from "./cluster-secrets.ts";
import { openControllerDatabase } from "./database.ts";
import { createEngine } from "./engine.ts";
import { buildApp } from "./http/app.ts";
import { RuntimePacker } from "./runtime-packer.ts";
import { prepareSecrets, readIfPresent, writeSecret } from "./secrets.ts";
import { openSetup } from "./services/setup.ts";
import { actorOfToken, createLocalToken } from "./services/tokens.ts";

export interface ControllerOptions {
  dataDir: string;
  host: string;
  /** 0 = any free port. */
  port: number;
  /** Null = the embedded database. */
  databaseUrl: string | null;
  /** Where browsers and machines reach this controller, if not by `host:port`. */
  publicUrl: string | null;
  checkoutDir: string;
  clock: Clock;
  log: Logger;
  /** The database ended by itself; the controller cannot go on. */
  onDatabaseLost(): void;
}

export interface Controller {
  url: string;
  /** The one-time link for the first administrator; null when there is one. */
  setupUrl: string | null;
  stop(): Promise<void>;
}

/** Rejects with a message that says what to do. What was started before a failure is stopped again. */
export async function startController(options: ControllerOptions): Promise<Controller> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) {
      await step().catch((error: unknown) => options.log.error({ err: error }, "stopping"));
    }
  };
  try {
    const facts = await start(options, (step) => undo.push(step));
    return { ...facts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A machine that lost its power says no goodbye: agents report every second, so eight of silence are enough. */
const linkTiming = { pingPeriodMs: 2_500, silenceMsMax: 8_000 };

async function start(
  options: ControllerOptions,
  onStop: (step: () => Promise<unknown>) => void,
): Promise<Omit<Controller, "stop">> {
  const { dataDir, clock, log, publicUrl, checkoutDir } = options;
  await mkdir(dataDir, { recursive: true });
  const secrets = await prepareSecrets(dataDir);
  const database = await openControllerDatabase({ ...options, secretsDir: secrets.directory });
  onStop(() => database.close());
  const { db } = database;
  const auth = createAuth({ client: db.authClient, secret: secrets.authSecret, publicUrl, log });
  let url = publicUrl ?? "";
  const clusterSecrets = await ClusterSecrets.open(secrets.directory);
  const engine = await createEngine({ db, auth, secrets, clusterSecrets, clock, log });
  onStop(() => engine.close());
  const app = await buildApp({
    db,
    auth,
    servicesAt: (baseUrl) => engine.servicesAt(baseUrl),
    listeningUrl: () => url,
    agent: {
      agentDir: join(checkoutDir, "agents/node"),
      enroller: { db, signingKey: secrets.signingKey, clock, onEnrolled: () => engine.refresh() },
      packer: new RuntimePacker(dataDir, join(checkoutDir, "node_modules")),
      publicUrl,
    },
    consoleDir: join(checkoutDir, "apps/console/out"),
    publicUrl,
    clock,
    log,
  });
  onStop(() => app.close());
  const links = createLinkServer({
    path: "/agent/link",
    onConnection: (link) => engine.hub.accept(link),
    timing: linkTiming,
  });
  links.attach(app.server);
  const { server, close } = await listenLocally(app, join(dataDir, "controller.sock"));
  onStop(close);
  links.attach(server);
  onStop(() => {
    engine.hub.beginStop();
    return links.close();
  });
  const listening = await listenOnPort(app, options);
  url = publicUrl ?? listening;
  await keepLocalToken({ db, clock }, join(dataDir, "cli-token"));
  return await announce({ ...options, url }, await openSetup({ db, clock }), onStop);
}

async function listenOnPort(app: FastifyInstance, { host, port }: ControllerOptions): Promise<string> {
  try {
    const address = new URL(await app.listen({ host, port }));
    if (host === "127.0.0.1" || host === "0.0.0.0" || host === "::") address.hostname = "127.0.0.1";
    return address.origin;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    const what = code === "EACCES" ? "may not be used by this user" : "is already in use";
    throw new Error(
      `Port ${port} on ${host} ${what}. Choose another with --port, or stop what listens there.`,
    );
  }
}

/** The longest path that the kernel takes for a local socket, without the final zero. */
const socketPathMax = 107;

async function listenLocally(
  app: FastifyInstance,
  path: string,
): Promise<{ server: Server; close(): Promise<void> }> {
  if (Buffer.byteLength(path) > socketPathMax) {
    throw new Error(`${path} is too long for a socket. Choose a --data directory with a shorter path.`);
  }
  await rm(path, { force: true });
  const server = createServer((request, response) => app.routing(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  const close = async () => {
    const ended = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await ended;
  };
  return { server, close };
}

/** The CLI of this machine signs in with it; made anew when the file is lost or the token was revoked. */
async function keepLocalToken(store: Parameters<typeof createLocalToken>[0], file: string): Promise<void> {
  const present = (await readIfPresent(file))?.trim();
  if (present && (await actorOfToken(store, present))) return;
  await writeSecret(file, `${await createLocalToken(store)}\n`);
}

/** `controller.json` tells other programs of this machine that we run; 0600, for it may hold the set-up link. */
async function announce(
  { dataDir, url, port }: ControllerOptions & { url: string },
  setupToken: string | null,
  onStop: (step: () => Promise<unknown>) => void,
): Promise<Omit<Controller, "stop">> {
  const file = join(dataDir, "controller.json");
  const setupUrl = setupToken ? `${url}/setup?token=${setupToken}` : null;
  const facts = {
    pid: process.pid,
    port: Number(new URL(url).port) || port,
    url,
    ...(setupUrl ? { setupUrl } : {}),
  };
  await writeSecret(file, `${JSON.stringify(facts)}\n`);
  onStop(() => rm(file, { force: true }));
  return { url, setupUrl };
}
