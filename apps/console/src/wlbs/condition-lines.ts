/** Many hosts in a few words: the odd ones by name, the others as a number. Pure. */
import { plural } from "@bulkhead/ui/format.ts";
import { roleOrder, type StateRole } from "@bulkhead/ui/state.tsx";
import { listed } from "../acts/consequence.ts";
import type { Condition } from "../states/condition.ts";
import { groupBy } from "./group-by.ts";

export interface ConditionLine {
  role: StateRole;
  word: string;
  /** Names for what is odd, a number for what is well. */
  who: string;
}

/** Worst first; one line per word. */
export function conditionLines(hosts: readonly { node: string; condition: Condition }[]): ConditionLine[] {
  return [...groupBy(hosts, ({ condition }) => condition.word)]
    .map(([word, members]): ConditionLine => {
      const role = members[0]?.condition.role ?? "ok";
      if (members.length === hosts.length && hosts.length > 1) return { role, word, who: "all hosts" };
      return {
        role,
        word,
        who: role === "ok" ? plural(members.length, "host") : listed(members.map(({ node }) => node)),
      };
    })
    .sort((a, b) => roleOrder.indexOf(a.role) - roleOrder.indexOf(b.role));
}
