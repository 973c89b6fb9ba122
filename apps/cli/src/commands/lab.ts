/** `bulkhead lab ...`: the lab that npm start brought up, over its control socket (docs/lab.md). */
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { type Command, Option } from "commander";
import { Failure } from "../failure.ts";
import { print } from "../output.ts";
import type { Session } from "../session.ts";

/** Longest path that a unix socket address holds, with its final zero byte. */
const socketPathMax = 107;

const faults = [
  ["kill", "power a node off"],
  ["freeze", "stop all processes of a node where they are"],
  ["heal", "undo: power on, thaw, plug in, empty what was filled"],
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
  addPairFaults(lab, session);
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

/** Faults that take more than a node's name. */
function addPairFaults(lab: Command, session: Session): void {
  lab
    .command("cut")
    .description("pull a node's cable on the service network, or another one")
    .argument("<node>")
    .addOption(new Option("--link <card>", "which cable").choices(["eth0", "hb0", "all"]).default("eth0"))
    .action(async (node: string, { link }: { link: string }) => {
      const answer = await call(session.dataDir(), { verb: "cut", node, link });
      print(session.json(), answer, () => `${node}: ${link === "all" ? "all cables" : link} cut`);
    });
  lab
    .command("kill-process")
    .description("end all processes of that name in a node, as kill -9 does")
    .argument("<node>")
    .argument("<name>", "for example postgres, corosync, pacemaker-controld")
    .action(async (node: string, name: string) => {
      const answer = await call(session.dataDir(), { verb: "kill-process", node, name });
      print(session.json(), answer, () => `${node}: killed ${String(answer["processes"])} of ${name}`);
    });
  lab
    .command("fill")
    .description("fill the file system that a directory of a node lies on; heal empties it")
    .argument("<node>")
    .argument("<path>")
    .action(async (node: string, path: string) => {
      const answer = await call(session.dataDir(), { verb: "fill", node, path });
      print(
        session.json(),
        answer,
        () => `${node}: ${path} is full (${String(answer["bytes"])} bytes taken)`,
      );
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
