/**
 * Asks a running lab. The protocol is a JSON line each way (docs/lab.md), so that other programs do the same without
 * importing this one.
 */
import { closeSync, openSync } from "node:fs";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import type { LabAnswer, LabRequest } from "./control.ts";

/** Longest path a unix socket address holds, with its final zero byte. */
const socketPathMax = 107;

/**
 * Sends one request to the lab that runs on `dataDir` and resolves with its answer. Rejects when no lab listens.
 */
export async function labCall(dataDir: string, request: LabRequest): Promise<LabAnswer> {
  const path = `${dataDir}/lab.sock`;
  if (Buffer.byteLength(path) < socketPathMax) return ask(path, request);
  // A directory that is open is reachable by a short name, however deep it lies.
  const directory = openSync(dataDir, "r");
  try {
    return await ask(`/proc/self/fd/${directory}/lab.sock`, request);
  } finally {
    closeSync(directory);
  }
}

function ask(path: string, request: LabRequest): Promise<LabAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.on("error", () =>
      reject(new Error("No lab is running on this data directory. Start one with `npm start`.")),
    );
    socket.on("close", () => reject(new Error("The lab closed the connection before it answered.")));
    const lines = createInterface({ input: socket });
    // The interface repeats the socket's error; it is told above.
    lines.on("error", () => undefined);
    lines.once("line", (line) => {
      resolve(JSON.parse(line) as LabAnswer);
      socket.destroy();
    });
    socket.write(`${JSON.stringify(request)}\n`);
  });
}
