/** `/api/auth/*`: hands the request to better-auth and audits sign-in and sign-out. */
import type { Db } from "@bulkhead/db";
import type { Clock } from "@bulkhead/runtime";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Auth } from "../auth/auth.ts";
import { originOf, peerAddress, refuseRequest, webHeaders } from "./requests.ts";

export interface AuthRouteOptions {
  auth: Auth;
  db: Pick<Db, "audit">;
  clock: Clock;
}

export function registerAuth(app: FastifyInstance, options: AuthRouteOptions): void {
  app.route({
    method: ["GET", "POST"],
    url: "/api/auth/*",
    handler: (request, reply) => answer(options, request, reply),
  });
}

async function answer(
  options: AuthRouteOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const origin = originOf(request);
  if (!origin) return refuseRequest(reply, 400, "The Host header is not a plain host name.");
  const headers = webHeaders(request);
  const who = await options.auth.actorOf(headers).catch(() => null);
  const hasBody = request.method === "POST" && request.body !== undefined && request.body !== null;
  const response = await options.auth.handler(
    new Request(new URL(request.url, origin), {
      method: request.method,
      headers,
      ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
    }),
  );
  const text = await response.text();
  await audit(options, request, { status: response.status, text, signedIn: who?.name ?? null });
  reply.code(response.status);
  for (const [name, value] of response.headers) if (name !== "set-cookie") reply.header(name, value);
  for (const cookie of response.headers.getSetCookie()) reply.header("set-cookie", cookie);
  return reply.send(text);
}

/** Requests over the rate limit (429) are not written: the log must not be floodable. */
async function audit(
  { db, clock }: AuthRouteOptions,
  request: FastifyRequest,
  result: { status: number; text: string; signedIn: string | null },
): Promise<void> {
  const path = request.url.split("?")[0];
  const isSignIn = path === "/api/auth/sign-in/email";
  const isSignOut = path === "/api/auth/sign-out" && result.signedIn !== null;
  if (request.method !== "POST" || !(isSignIn || isSignOut) || result.status === 429) return;
  const name = isSignIn ? claimedEmail(request.body) : (result.signedIn ?? "");
  const isDone = result.status < 400;
  await db.audit.append({
    at: clock.nowMs(),
    actor: { kind: "user", id: isSignIn ? userId(result.text) : name, name },
    action: isSignIn ? "session.sign-in" : "session.sign-out",
    object: { kind: "session", name },
    outcome: isDone ? "done" : "refused",
    detail: { from: peerAddress(request) },
  });
}

function claimedEmail(body: unknown): string {
  const email = (body as { email?: unknown } | null)?.email;
  return typeof email === "string" ? email.slice(0, 200) : "nobody";
}

function userId(text: string): string {
  try {
    const answer = JSON.parse(text) as { user?: { id?: unknown } };
    return typeof answer.user?.id === "string" ? answer.user.id : "unknown";
  } catch {
    return "unknown";
  }
}
