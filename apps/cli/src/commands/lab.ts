/** `bulkhead lab ...`: the lab that npm start brought up, over its control socket (docs/lab.md). */
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import type { Command } from "commander";
import { Failure } from "../failure.ts";
import { print } from "../output.ts";
import type { Session } from "../session.ts";

/** Longest path that a unix socket address holds, with its final zero byte. */
const socketPathMax = 107;

const faults = [
  ["kill", "power a node off"],
  ["freeze", "stop all processes of a node where they are"],
  ["cut", "pull a node's cable on the service network"],
  ["heal", "undo: power on, thaw, plug in"],
] as const;

export function addLab(program: Command, session: Session): void {
  const lab = program.command("lab").description("faults and facts of the lab");
  for (const [verb, description] of faults) {
    lab
      .command(verb)
      .description(description)
      .argument("<node>")
      .action(async (node: string) => {
        const answer = await call(session.dataDir(), { verb, node });
        print(session.json(), answer, () => `${node}: ${verb} done`);
      });
  }
  for (const verb of ["status", "traffic"]) {
    lab
      .command(verb)
      .description(verb === "status" ? "power state of the nodes" : "what the lab's client has counted")
      .action(async () => {
        print(session.json(), await call(session.dataDir(), { verb }), (answer) =>
          JSON.stringify(answer, null, 2),
        );
      });
  }
  lab
    .command("exec")
    .description("run a command inside a node")
    .argument("<node>")
    .argument("<command...>")
    .passThroughOptions()
    .action(async (node: string, argv: string[]) => {
      const answer = await call(session.dataDir(), {
        verb: "exec",
        node,
        argv: argv[0] === "--" ? argv.slice(1) : argv,
      });
      if (session.json()) return print(true, answer, String);
      const { stdout, stderr, code } = answer as { stdout?: string; stderr?: string; code?: number };
      process.stdout.write(stdout ?? "");
      process.stderr.write(stderr ?? "");
      if (code !== 0) process.exitCode = 1;
    });
}

/** One JSON line there, one back. */
async function call(dataDir: string, request: object): Promise<Record<string, unknown>> {
  const file = path.join(dataDir, "lab.sock");
  if (Buffer.byteLength(file) < socketPathMax || !fs.existsSync(dataDir))
    return ask({ file, dataDir, request });
  // A directory that is open is reachable by a short name, however deep it lies.
  const directory = fs.openSync(dataDir, "r");
  try {
    return await ask({ file: `/proc/self/fd/${directory}/lab.sock`, dataDir, request });
  } finally {
    fs.closeSync(directory);
  }
}

function ask({
  file,
  dataDir,
  request,
}: {
  file: string;
  dataDir: string;
  request: object;
}): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(file);
    let text = "";
    socket.on("connect", () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on("data", (chunk) => {
      text += chunk.toString("utf8");
    });
    socket.on("error", () => reject(new Failure(`No lab runs from ${dataDir}. Start it with npm start.`)));
    socket.on("close", () => {
      const answer = parse(text);
      if (answer === null) reject(new Failure("The lab closed the connection without an answer."));
      else if (answer.ok === false)
        reject(new Failure(typeof answer.error === "string" ? answer.error : "The lab refused."));
      else resolve(answer);
    });
  });
}

function parse(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
