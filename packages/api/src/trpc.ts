/**
 * The one tRPC instance and the two kinds of procedure. Access is decided here, in the procedure layer, so
 * that no transport (HTTP, unix socket, caller in a test) can go round it.
 *
 * How refusals travel: a plan that is refused is an answer (`PlanView.report.refusals`), a command that is
 * refused is an answer per node (`CommandOutcome.refusal`). Every other refusal is an error with HTTP status
 * 409 (clash with the present state) or 422 (the input itself), whose `data.refusals` lists them.
 */
import type { Refusal } from "@bulkhead/core/fleet";
import { refusalLine } from "@bulkhead/core/fleet";
import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import type { Actor, ApiContext } from "./context.ts";

/** Who may call a procedure; every procedure carries one of these in its meta. */
export type AccessRule = "public" | "signedIn";

/** Carries refusals as the cause of a TRPCError; `errorFormatter` takes them out again. */
export class RefusalError extends Error {
  readonly refusals: readonly Refusal[];

  constructor(refusals: readonly Refusal[]) {
    super(refusals.map(refusalLine).join("\n"));
    this.name = "RefusalError";
    this.refusals = refusals;
  }
}

const t = initTRPC
  .context<ApiContext>()
  .meta<{ access: AccessRule }>()
  .create({
    transformer: superjson,
    sse: { ping: { enabled: true, intervalMs: 2_000 }, client: { reconnectAfterInactivityMs: 6_000 } },
    errorFormatter({ shape, error }) {
      const refusals = error.cause instanceof RefusalError ? [...error.cause.refusals] : [];
      // A stack trace is for the log of the controller, never for a browser.
      const { stack: _stack, ...data } = shape.data;
      const message = error.code === "INTERNAL_SERVER_ERROR" ? internalMessage : shape.message;
      return { ...shape, message, data: { ...data, refusals } };
    },
  });

const internalMessage =
  "The controller failed to answer. Its log names the cause; try again, and report it if it persists.";

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** Only for the first start, when nobody can sign in yet. */
export const publicProcedure = t.procedure.meta({ access: "public" });

/** Everything else: 401 without an actor. */
export const signedIn = t.procedure.meta({ access: "signedIn" }).use(({ ctx, next }) => {
  if (!ctx.actor) {
    throw new TRPCError({
      code: "UNAUTHORIZED",
      message: "Sign in, or send a valid API token as `Authorization: Bearer TOKEN`.",
    });
  }
  return next({ ctx: { ...ctx, actor: ctx.actor satisfies Actor } });
});

/** Throws 409 with the refusals as data. Use for clashes with the present state. */
export function refuse(refusals: readonly Refusal[]): never {
  throw new TRPCError({ code: "CONFLICT", ...refusedOptions(refusals) });
}

/** Throws 422 with the refusals as data. Use when the input itself cannot be accepted. */
export function refuseInput(refusals: readonly Refusal[]): never {
  throw new TRPCError({ code: "UNPROCESSABLE_CONTENT", ...refusedOptions(refusals) });
}

/** 404 with words that say what was looked for and where to look. */
export function notFound(what: string, cure: string): never {
  throw new TRPCError({ code: "NOT_FOUND", message: `${what} was not found. ${cure}` });
}

function refusedOptions(refusals: readonly Refusal[]) {
  const cause = new RefusalError(refusals);
  return { message: cause.message, cause };
}
