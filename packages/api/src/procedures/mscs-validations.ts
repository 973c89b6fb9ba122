/** `mscs.validations`: the kept validation reports of a pair or of all, newest first. */
import { z } from "zod";
import { limitInput, objectNameInput } from "../inputs.ts";
import { signedIn } from "../trpc.ts";

const input = z.strictObject({ cluster: objectNameInput.nullable().default(null), limit: limitInput });

export const mscsValidations = signedIn
  .input(input)
  .query(({ ctx, input: request }) => ctx.mscs.validations(request));
