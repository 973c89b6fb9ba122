/** `fleet.live`: the whole live picture now and on every change. The id is the time of the picture. */
import { tracked } from "@trpc/server";
import { resumeInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";

export const fleetLive = signedIn.input(resumeInput.optional()).subscription(async function* ({
  ctx,
  signal,
}) {
  for await (const snapshot of ctx.fleet.live(signal ?? new AbortController().signal)) {
    yield tracked(String(snapshot.at), snapshot);
  }
});
