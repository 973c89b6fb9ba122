/** Builds the HTTP application of the controller: one origin for console, API, sign-in and agents. */
import type { ApiContext } from "@bulkhead/api";
import type { Db } from "@bulkhead/db";
import type { Clock, Logger } from "@bulkhead/runtime";
import helmet from "@fastify/helmet";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { AttemptLimit } from "../attempt-limit.ts";
import type { Auth } from "../auth/auth.ts";
import { actorOfToken } from "../services/tokens.ts";
import { type AgentRouteOptions, registerAgent } from "./agent-routes.ts";
import { registerAuditExport } from "./audit-route.ts";
import { registerAuth } from "./auth-route.ts";
import { registerConsole } from "./console-route.ts";
import {
  isForeignOrigin,
  isLocalSocket,
  originOf,
  peerAddress,
  refuseRequest,
  webHeaders,
} from "./requests.ts";
import { registerTrpc } from "./trpc-route.ts";
import { registerValidation } from "./validation-route.ts";

/** The fleet file is at most 1 MB; JSON escapes make it somewhat larger on its way. */
const bodyMax = 3 * 1024 * 1024;

export interface AppOptions {
  db: Db;
  auth: Auth;
  servicesAt(baseUrl: string): Omit<ApiContext, "actor">;
  /** For callers on the local socket, whose Host header says nothing. */
  listeningUrl(): string;
  agent: AgentRouteOptions;
  consoleDir: string;
  publicUrl: string | null;
  clock: Clock;
  log: Logger;
}

export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { db, auth, servicesAt, clock, log, publicUrl } = options;
  const app = Fastify({ bodyLimit: bodyMax, logger: false, forceCloseConnections: true, trustProxy: false });
  const actorOf = (request: FastifyRequest) => actorOfRequest(request, { db, auth, clock });
  const baseUrlOf = (request: FastifyRequest) =>
    publicUrl ?? (isLocalSocket(request) ? null : originOf(request)) ?? options.listeningUrl();
  await app.register(helmet, {
    // Pages carry their own policy with the hashes of their scripts; everything else may do nothing at all.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: publicUrl?.startsWith("https://") ?? false,
    referrerPolicy: { policy: "no-referrer" },
    frameguard: { action: "deny" },
  });
  const limits = {
    setup: new AttemptLimit(clock, { attempts: 60, windowMs: 60_000 }),
    // A whole rack may enrol at once from behind one address.
    enrol: new AttemptLimit(clock, { attempts: 600, windowMs: 60_000 }),
  };
  app.addHook("onRequest", async (request, reply) => {
    const kind = strangersKind(request);
    if (kind && !limits[kind].allows(peerAddress(request))) {
      return refuseRequest(reply, 429, "Too many attempts from this address; try again in a minute.");
    }
    const isWrite = request.method !== "GET" && request.method !== "HEAD";
    if (isWrite && isForeignOrigin(request, publicUrl)) {
      return refuseRequest(reply, 403, "Requests from other sites are not accepted.");
    }
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ path: request.url.split("?")[0], err: error }, "request failed");
    const message =
      status >= 500 ? "The controller failed to answer; its log names the cause." : error.message;
    return refuseRequest(reply, status, message);
  });
  registerHealth(app, db);
  registerAuth(app, { auth, db, clock });
  registerAuditExport(app, { db, actorOf, clock });
  registerValidation(app, { db, actorOf });
  registerAgent(app, options.agent);
  await registerTrpc(app, { servicesAt, baseUrlOf, actorOf, log });
  await registerConsole(app, options.consoleDir);
  await app.ready();
  return app;
}

/** What can be called without any proof and is written to the audit log. */
function strangersKind(request: FastifyRequest): "setup" | "enrol" | null {
  if (request.method !== "POST") return null;
  // Decoded, as the router reads it: an escaped dot must not be a way round.
  const path = decodedPath(request.url.split("?")[0] ?? "");
  if (path === "/agent/enrol") return "enrol";
  return path.startsWith("/trpc/") && path.includes("setup.complete") ? "setup" : null;
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A bearer token counts before a cookie: a script that sends one means it. */
async function actorOfRequest(
  request: FastifyRequest,
  { db, auth, clock }: Pick<AppOptions, "db" | "auth" | "clock">,
) {
  const [scheme, token] = (request.headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() === "bearer") return token ? await actorOfToken({ db, clock }, token) : null;
  return request.headers.cookie ? await auth.actorOf(webHeaders(request)) : null;
}

function registerHealth(app: FastifyInstance, db: Pick<Db, "ping">): void {
  app.get("/healthz", async () => ({ ok: true }));
  app.get("/readyz", async (_request, reply) => {
    const problem = await db.ping().then(
      () => null,
      () => "The database does not answer.",
    );
    return problem ? refuseRequest(reply, 503, problem) : { ok: true };
  });
}
