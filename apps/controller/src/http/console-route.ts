/** Everything that no other route takes: the static console, with its security and cache headers. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { fastifyStatic } from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { findPage, PagePolicies, policyOf } from "./console-pages.ts";
import { refuseRequest } from "./requests.ts";

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Bulkhead</title>
<p>The console has not been built yet. Run <code>npm start</code> in the checkout; the API is up.</p></html>`;

export async function registerConsole(app: FastifyInstance, root: string): Promise<void> {
  const policies = new PagePolicies(root);
  await app.register(fastifyStatic, { root, serve: false, cacheControl: false });
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split("?")[0] ?? "/";
    if (!isForPages(request, path)) return refuseRequest(reply, 404, `There is nothing at ${path}.`);
    const page = await findPage(root, path);
    if (!page) return await missing(reply, root, policies);
    const cache = page.isImmutable ? "public, max-age=31536000, immutable" : "no-cache";
    reply.header("cache-control", cache);
    if (page.isHtml) reply.header("content-security-policy", await policies.of(page.file));
    return reply.sendFile(page.file);
  });
}

function isForPages(request: FastifyRequest, path: string): boolean {
  const isRead = request.method === "GET" || request.method === "HEAD";
  return isRead && !/^\/(api|trpc|agent)(\/|$)/.test(path);
}

async function missing(reply: FastifyReply, root: string, policies: PagePolicies): Promise<FastifyReply> {
  const page = await findPage(root, "/404");
  reply.code(404).type("text/html; charset=utf-8").header("cache-control", "no-cache");
  if (!page) {
    return reply.code(503).header("content-security-policy", policyOf(notBuilt)).send(notBuilt);
  }
  reply.header("content-security-policy", await policies.of(page.file));
  return reply.send(createReadStream(join(root, page.file)));
}
