/** Shows a condition: mark and word, with the why line under it where there is room, else on hover. */
import { State } from "@bulkhead/ui/state.tsx";
import type { Condition } from "./condition.ts";

/** @param wide print the why line under the word. */
export function ConditionView({ condition, wide = false }: { condition: Condition; wide?: boolean }) {
  if (!wide || !condition.why) {
    return (
      <span title={condition.why ?? undefined}>
        <State role={condition.role} word={condition.word} />
        {condition.why ? <span className="sr-only">{condition.why}</span> : null}
      </span>
    );
  }
  return (
    <div>
      <State role={condition.role} word={condition.word} />
      <p className="max-w-[44ch] min-w-52 text-[12px] leading-4 text-muted">{condition.why}</p>
    </div>
  );
}
