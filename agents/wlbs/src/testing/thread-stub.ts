/**
 * A thread that speaks like the driver's, for tests of its supervision: tells its orders back as a log line, hangs on
 * `suspend`, throws on `stop`, and ends on `resume`.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { FromThread, ThreadData, ToThread } from "../driver/calls.ts";

const { incarnation } = workerData as ThreadData;
const tell = (message: FromThread): void => parentPort?.postMessage(message);

const deeds: Record<string, () => void> = {
  suspend() {
    for (;;);
  },
  stop() {
    setImmediate(() => {
      throw new Error("a fault of ours");
    });
  },
  resume: () => process.exit(3),
};

parentPort?.on("message", (message: ToThread) => {
  if (message.kind === "ping") return tell({ kind: "pong" });
  const { id, name, args } = message;
  if (name === "apply")
    tell({ kind: "log", level: "info", fields: { incarnation, orders: args[0] }, message: "apply" });
  const deed = name === "command" ? deeds[String(args[0])] : undefined;
  if (deed) return deed();
  tell({ kind: "answer", id, result: { code: "ok", message: name } });
});

tell({ kind: "ready", tid: incarnation });
