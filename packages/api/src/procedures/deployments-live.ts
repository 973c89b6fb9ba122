/** `deployments.live`: one deployment now and on every change, until it is finished. */
import { tracked } from "@trpc/server";
import { idInput, resumeInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";

export const deploymentsLive = signedIn
  .input(resumeInput.extend({ id: idInput }))
  .subscription(async function* ({ ctx, input, signal }) {
    let sent = 0;
    for await (const view of ctx.deployments.live(input.id, signal ?? new AbortController().signal)) {
      sent += 1;
      yield tracked(`${view.id}.${sent}`, view);
    }
  });
