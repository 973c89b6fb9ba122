/** The `mscs` part of the API context: orders to pairs, and questions about them. */
import type { ApiContext } from "@bulkhead/api";
import { command } from "./mscs/command.ts";
import { move } from "./mscs/move.ts";
import type { MscsServiceOptions } from "./mscs/pairs.ts";
import { questions } from "./mscs/questions.ts";
import { validate } from "./mscs/validate.ts";
import { whatIf } from "./mscs/what-if.ts";

export type { MscsServiceOptions } from "./mscs/pairs.ts";

export function mscsService(options: MscsServiceOptions): ApiContext["mscs"] {
  const { db } = options;
  return {
    move: (actor, input) => move(options, actor, input),
    command: (actor, input) => command(options, actor, input),
    whatIf: (input) => whatIf(options, input),
    ...questions(options),
    validate: (actor, input) => validate(options, actor, input),
    async validations({ cluster, limit }) {
      return (await db.mscs.validations({ pair: cluster, limit })).map(({ report }) => report);
    },
    async validation(id) {
      return (await db.mscs.validation(id))?.report ?? null;
    },
  };
}
