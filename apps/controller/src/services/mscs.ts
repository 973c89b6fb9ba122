/** The `mscs` part of the API context: orders to pairs, and questions about them. */
import type { ApiContext } from "@bulkhead/api";
import type { Refusal } from "@bulkhead/core/fleet";
import { command } from "./mscs/command.ts";
import { move } from "./mscs/move.ts";
import type { MscsServiceOptions } from "./mscs/pairs.ts";
import { questions } from "./mscs/questions.ts";

export type { MscsServiceOptions } from "./mscs/pairs.ts";

export function mscsService(options: MscsServiceOptions): ApiContext["mscs"] {
  const { db } = options;
  return {
    move: (actor, input) => move(options, actor, input),
    command: (actor, input) => command(options, actor, input),
    whatIf: async ({ cluster }) => ({ refusals: [notReady(cluster)] }),
    ...questions(options),
    validate: async (_actor, { cluster }) => ({ refusals: [notReady(cluster)] }),
    async validations({ cluster, limit }) {
      return (await db.mscs.validations({ pair: cluster, limit })).map(({ report }) => report);
    },
    async validation(id) {
      return (await db.mscs.validation(id))?.report ?? null;
    },
  };
}

function notReady(cluster: string): Refusal {
  return {
    rule: "B-answer",
    severity: "error",
    objects: [{ kind: "mscs-cluster", name: cluster }],
    message: "This version cannot answer that yet",
    reason: "The part of the controller that answers it is not there.",
    cure: "Update the controller.",
  };
}
