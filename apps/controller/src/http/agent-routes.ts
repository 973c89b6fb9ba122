/** What machines fetch and post: the install script, the agent, a Node runtime, and the enrolment. */
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Enroller, enrol } from "../hub/enrol.ts";
import type { RuntimePacker } from "../runtime-packer.ts";
import { isLocalSocket, originOf, peerAddress, refuseRequest } from "./requests.ts";

/** Same as the protocol's limit for one enrolment request. */
const enrolBodyMax = 64 * 1024;

export interface AgentRouteOptions {
  /** `agents/node` of the checkout: the script's template, and `dist`. */
  agentDir: string;
  enroller: Enroller;
  packer: RuntimePacker;
  publicUrl: string | null;
}

export function registerAgent(app: FastifyInstance, options: AgentRouteOptions): void {
  const { agentDir } = options;
  app.get("/install.sh", (request, reply) => installScript(options, request, reply));
  app.get("/agent/manifest.json", (_request, reply) =>
    sendFile(reply, join(agentDir, "dist/manifest.json"), "application/json"),
  );
  app.get("/agent/agent.tgz", (_request, reply) =>
    sendFile(reply, join(agentDir, "dist/agent.tgz"), "application/gzip"),
  );
  for (const arch of ["x64", "arm64"] as const) {
    const path = `/agent/node-linux-${arch}.tgz`;
    app.get(path, (_request, reply) => runtime(options, reply, { arch, wantsDigest: false }));
    app.get(`${path}.sha256`, (_request, reply) => runtime(options, reply, { arch, wantsDigest: true }));
  }
  app.register(async (scope) => {
    // The schema of the protocol reads the text itself; limits and errors are then the same on every path.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    scope.post("/agent/enrol", { bodyLimit: enrolBodyMax }, async (request, reply) => {
      const outcome = await enrol(
        typeof request.body === "string" ? request.body : "",
        peerAddress(request),
        options.enroller,
      );
      return reply.code(outcome.status).send(outcome.body);
    });
  });
}

/** A machine installs from the address it reached us by; `--public-url` is for machines that come by TCP. */
async function installScript(
  { agentDir, publicUrl }: AgentRouteOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const url = isLocalSocket(request) ? originOf(request) : (publicUrl ?? originOf(request));
  if (!url) return refuseRequest(reply, 400, "The Host header is not a plain host name.");
  const template = await readFile(join(agentDir, "install.sh.template"), "utf8");
  return reply
    .type("text/x-shellscript; charset=utf-8")
    .header("cache-control", "no-store")
    .send(template.replaceAll("@@CONTROLLER_URL@@", url.replace(/\/$/, "")));
}

async function sendFile(reply: FastifyReply, file: string, type: string): Promise<FastifyReply> {
  const found = await stat(file).catch(() => null);
  if (!found)
    return refuseRequest(
      reply,
      404,
      "The agent has not been built yet: run npm start, or agents/node/build.mjs.",
    );
  return reply
    .type(type)
    .header("content-length", found.size)
    .header("cache-control", "no-cache")
    .send(createReadStream(file));
}

async function runtime(
  { packer }: AgentRouteOptions,
  reply: FastifyReply,
  { arch, wantsDigest }: { arch: "x64" | "arm64"; wantsDigest: boolean },
): Promise<FastifyReply> {
  const packed = await packer.get(arch);
  if (!packed) {
    return refuseRequest(
      reply,
      404,
      `There is no Node.js for ${arch} here: install Node.js 22.18 or newer there.`,
    );
  }
  if (wantsDigest) return reply.type("text/plain").send(`${packed.sha256}\n`);
  return await sendFile(reply, packed.file, "application/gzip");
}
