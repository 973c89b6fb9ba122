/** Deletes what a data directory holds, and the database that is kept elsewhere when its account cannot get in there. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** Only what is ours is deleted: a wrong --data must not cost somebody's home. */
const ours = [
  "postgres",
  "secrets",
  "cli-token",
  "controller.sock",
  "controller.json",
  "lab.sock",
  "lab.json",
  "lab",
  "logs",
];

/** Whether a name in a directory says that it is a data directory. */
export function isOurs(name) {
  return name === "start.json" || ours.includes(name);
}

/** @param {string} dataDir */
export function removeData(dataDir) {
  // As packages/db chooses it (chooseDataDir): root's database lies there when the server account cannot reach dataDir.
  const mark = createHash("sha256")
    .update(path.join(fs.realpathSync(dataDir), "postgres"))
    .digest("hex")
    .slice(0, 12);
  const elsewhere = `/var/lib/bulkhead-pg-${mark}`;
  for (const target of [...ours.map((name) => path.join(dataDir, name)), elsewhere, `${elsewhere}.old`]) {
    fs.rmSync(target, { recursive: true, force: true });
  }
}
