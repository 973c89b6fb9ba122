/** `bulkhead wlbs rotate-key`: a new heartbeat key, without a gap; waits for the end unless told otherwise. */
import { setTimeout as pause } from "node:timers/promises";
import type { KeyRotation } from "@bulkhead/api";
import type { Command } from "commander";
import { print } from "../../output.ts";
import type { Session } from "../../session.ts";

const waitMsMax = 60_000;

const said = {
  add: "the hosts learn the new key",
  sign: "the hosts sign with the new key",
  drop: "the hosts forget the old key",
  done: "only the new key is in use",
} as const;

export function addRotateKey(wlbs: Command, session: Session): void {
  wlbs
    .command("rotate-key")
    .description("give a cluster a new heartbeat key, in steps that every host confirms")
    .argument("<cluster>")
    .option("--no-wait", "return when the change has begun")
    .action(async (cluster: string, { wait }: { wait: boolean }) => {
      const begun = await session.api().clusters.rotateKey.mutate({ cluster });
      const ended = wait ? await follow(session, cluster, begun) : begun;
      print(session.json(), ended, (rotation) => rotationText(cluster, rotation));
      if (wait && ended.step !== "done") process.exitCode = 1;
    });
}

/** Ends when the change is done, when something holds it up, or after a minute. */
async function follow(session: Session, cluster: string, begun: KeyRotation): Promise<KeyRotation> {
  let rotation = begun;
  let shown = "";
  for (const end = Date.now() + waitMsMax; Date.now() < end; await pause(300)) {
    if (!session.json() && rotation.step !== shown && rotation.step !== "done")
      process.stdout.write(`${cluster}: ${said[rotation.step]}\n`);
    shown = rotation.step;
    if (rotation.step === "done" || rotation.why !== null) break;
    const { wlbs } = await session.api().fleet.snapshot.query();
    rotation = wlbs.find(({ name }) => name === cluster)?.keyRotation ?? rotation;
  }
  return rotation;
}

function rotationText(cluster: string, { keyId, step, waitingFor, why }: KeyRotation): string {
  if (step === "done")
    return `${cluster}: heartbeat key ${keyId} is in use on all hosts, the old one is gone`;
  const waiting = waitingFor.length > 0 ? `; waiting for ${waitingFor.join(", ")}` : "";
  return `${cluster}: ${said[step]} (key ${keyId})${waiting}${why === null ? "" : `\n${why}`}`;
}
