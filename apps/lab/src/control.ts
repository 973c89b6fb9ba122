/**
 * The control socket `lab.sock`: one JSON line in, one JSON line back, per connection. `docs/lab.md` lists the verbs.
 */
import { chmod, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { z } from "zod";
import { linkNames } from "./topology.ts";

const requestSchema = z.discriminatedUnion("verb", [
  z.strictObject({ verb: z.literal("status") }),
  z.strictObject({ verb: z.literal("traffic") }),
  z.strictObject({ verb: z.enum(["kill", "freeze", "heal"]), node: z.string() }),
  z.strictObject({
    verb: z.literal("cut"),
    node: z.string(),
    link: z.enum([...linkNames, "all"]).optional(),
  }),
  z.strictObject({
    verb: z.literal("kill-process"),
    node: z.string(),
    name: z.string().min(1),
    signal: z.enum(["SIGKILL", "SIGTERM", "SIGSTOP", "SIGCONT"]).optional(),
  }),
  z.strictObject({ verb: z.literal("fill"), node: z.string(), path: z.string().startsWith("/") }),
  z.strictObject({
    verb: z.literal("exec"),
    node: z.string(),
    argv: z.array(z.string()).min(1),
    input: z.string().optional(),
    timeoutMs: z.number().int().positive().max(600_000).optional(),
  }),
]);

export type LabRequest = z.infer<typeof requestSchema>;

/** Every answer says `ok`; a refusal says `error`, a sentence with the way out. */
export type LabAnswer = { ok: true; [key: string]: unknown } | { ok: false; error: string };

export type HandleRequest = (request: LabRequest) => Promise<Record<string, unknown>>;

const verbs = "status, traffic, kill, freeze, cut, kill-process, fill, heal, exec";

/** Listens on `path` (relative to the working directory), for its owner only. */
export async function serveControl(path: string, handle: HandleRequest): Promise<Server> {
  await rm(path, { force: true });
  const server = createServer((socket) => void converse(socket, handle).catch(() => socket.destroy()));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  return server;
}

async function converse(socket: Socket, handle: HandleRequest): Promise<void> {
  socket.on("error", () => undefined);
  for await (const line of createInterface({ input: socket })) {
    socket.end(`${JSON.stringify(await answerOf(line, handle))}\n`);
    return;
  }
}

async function answerOf(line: string, handle: HandleRequest): Promise<LabAnswer> {
  try {
    const request = requestSchema.safeParse(JSON.parse(line));
    if (!request.success)
      return { ok: false, error: `Not a request the lab knows. Verbs: ${verbs}; see docs/lab.md.` };
    return { ok: true, ...(await handle(request.data)) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}
