/** `mscs.validation`: one kept validation report. */
import { z } from "zod";
import { idInput } from "../inputs.ts";
import { notFound, signedIn } from "../trpc.ts";

export const mscsValidation = signedIn
  .input(z.strictObject({ id: idInput }))
  .query(async ({ ctx, input }) => {
    const report = await ctx.mscs.validation(input.id);
    return report ?? notFound(`Validation report ${input.id}`, "List the reports, or run the tests again.");
  });
