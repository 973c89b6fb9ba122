/** A rule on all hosts in one line: the odd ones by name, the others as a number. Pure. */
import { plural } from "@bulkhead/ui/format.ts";
import { roleOrder, type StateRole } from "@bulkhead/ui/state.tsx";
import { listed } from "./acts.ts";
import { groupBy } from "./group-by.ts";
import type { RuleOnHost } from "./rule-shares.ts";

export interface RuleLine {
  role: StateRole;
  word: string;
  /** Names for what is odd, a number for what is well. */
  who: string;
}

/** Worst first; one line per word. */
export function ruleLines(hosts: readonly RuleOnHost[]): RuleLine[] {
  const groups = [...groupBy(hosts, ({ condition }) => condition.word)];
  return groups
    .map(([word, members]): RuleLine => {
      const role = members[0]?.condition.role ?? "ok";
      const isAll = members.length === hosts.length;
      const names = listed(members.map(({ host }) => host.node));
      return {
        role,
        word,
        who: isAll ? "on all hosts" : role === "ok" ? `on ${plural(members.length, "host")}` : `on ${names}`,
      };
    })
    .sort((a, b) => roleOrder.indexOf(a.role) - roleOrder.indexOf(b.role));
}
