/** Deletes a data directory, and the database that the controller keeps elsewhere when it runs as root (see README). */
import fs from "node:fs";
import path from "node:path";

/** Only a directory that looks like ours is deleted: a wrong --data must not cost somebody's home. */
export async function removeData(dataDir) {
  const known = new Set([
    "postgres",
    "secrets",
    "cli-token",
    "controller.sock",
    "controller.json",
    "lab.sock",
    "lab.json",
    "lab",
    "logs",
    "start.json",
    "postgres.json",
  ]);
  for (const entry of fs.readdirSync(dataDir)) {
    if (known.has(entry)) fs.rmSync(path.join(dataDir, entry), { recursive: true, force: true });
  }
}
