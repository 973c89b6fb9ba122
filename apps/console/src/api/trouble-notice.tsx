/** An error of the API where it happened, refusals with their cure. */
import { Notice } from "@bulkhead/ui/notice.tsx";
import { troubleOf } from "./errors.ts";
import { RefusalCard } from "./refusal-card.tsx";

/** Nothing while there is no error. */
export function TroubleNotice({ error }: { error: unknown }) {
  if (!error) return null;
  const trouble = troubleOf(error);
  if (trouble.refusals.length > 0) {
    return (
      <div className="grid gap-2">
        {trouble.refusals.map((refusal) => (
          <RefusalCard key={`${refusal.rule} ${refusal.message}`} refusal={refusal} />
        ))}
      </div>
    );
  }
  return <Notice role="bad" title={trouble.message} live />;
}
