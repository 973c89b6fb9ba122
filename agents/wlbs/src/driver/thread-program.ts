/**
 * What runs in the driver's thread: the driver, and the wire to the main thread. Nothing that the main thread does
 * (inventory, reports, probes, metrics) can delay a beat or a renewal here.
 */
import { readlinkSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { openBeats, openLoopback } from "@bulkhead/net";
import { NftEngine } from "@bulkhead/nft";
import { errorText, type Logger, systemClock } from "@bulkhead/runtime";
import type { FromThread, ThreadData, ToThread } from "./calls.ts";
import { WlbsDriver } from "./driver.ts";

const port = parentPort;
if (port === null) throw new Error("This program runs in a thread of the WLBS agent and not by itself.");
const tellMain = (message: FromThread): void => port.postMessage(message);

/** The log belongs to the main thread. */
function logger(): Logger {
  const say =
    (level: "debug" | "info" | "warn" | "error") => (fields: Record<string, unknown>, message: string) =>
      tellMain({ kind: "log", level, fields, message });
  return { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
}

/** The link reads "PROCESS/task/THREAD". */
function threadId(): number | null {
  try {
    return Number(readlinkSync("/proc/thread-self").split("/").at(-1));
  } catch {
    return null;
  }
}

/** Nobody ever writes to it: to wait for it is to sleep. */
const sleepCell = new Int32Array(new SharedArrayBuffer(4));

const driver = new WlbsDriver(
  {
    ...(workerData as ThreadData),
    clock: systemClock,
    log: logger(),
    openBeats,
    engine: new NftEngine({ openLoopback }),
    rest: (forMs) => void Atomics.wait(sleepCell, 0, 0, forMs),
  },
  {
    onStatus: (status) => tellMain({ kind: "status", status }),
    onRemember: (wanted) => tellMain({ kind: "remember", wanted }),
    onLastCount: (observation) => tellMain({ kind: "lastCount", observation }),
  },
);

async function answer(message: ToThread): Promise<void> {
  if (message.kind === "ping") return tellMain({ kind: "pong" });
  const { id, name, args } = message;
  try {
    const call = driver[name].bind(driver) as (...given: unknown[]) => Promise<unknown>;
    tellMain({ kind: "answer", id, result: await call(...args) });
  } catch (error) {
    tellMain({ kind: "failure", id, message: errorText(error) });
  }
}

port.on("message", (message: ToThread) => void answer(message));
tellMain({ kind: "ready", tid: threadId() });
