/** Small readings of a request that several routes share. */
import type { Actor } from "@bulkhead/api";
import type { FastifyReply, FastifyRequest } from "fastify";
import { peerHeader } from "../auth/auth.ts";

export type ActorOf = (request: FastifyRequest) => Promise<Actor | null>;

/** Request headers as a web standard object, with the true peer address instead of whatever was sent. */
export function webHeaders(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  headers.set(peerHeader, peerAddress(request));
  return headers;
}

/** Empty address = the local socket; that counts as the loopback. */
export function peerAddress(request: FastifyRequest): string {
  return (request.raw.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "");
}

export function isLocalSocket(request: FastifyRequest): boolean {
  return request.raw.socket.remoteAddress === undefined;
}

/** `http(s)://host[:port]` as the client wrote it; null when the Host header is no plain host. */
export function originOf(request: FastifyRequest): string | null {
  const host = request.headers.host ?? "";
  if (!/^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]{1,253})(:\d{1,5})?$/.test(host)) return null;
  return `${request.protocol}://${host}`;
}

/** True when a browser says that another site made the request. Tools send neither header. */
export function isForeignOrigin(request: FastifyRequest, publicUrl: string | null): boolean {
  if (request.headers["sec-fetch-site"] === "cross-site") return true;
  const origin = request.headers.origin;
  if (origin === undefined) return false;
  return origin !== originOf(request) && origin !== (publicUrl === null ? null : new URL(publicUrl).origin);
}

export function refuseRequest(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).type("application/json").send({ message });
}
