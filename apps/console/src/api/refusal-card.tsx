/** A refusal as a card: rule, what clashes, why, and the way out, in the words of the rule itself. */
import type { Refusal } from "@bulkhead/core/fleet";
import { cn } from "@bulkhead/ui/cn.ts";
import { StateIcon } from "@bulkhead/ui/state.tsx";

const kindWords: Record<Refusal["objects"][number]["kind"], string> = {
  fleet: "fleet",
  node: "node",
  "wlbs-cluster": "WLBS cluster",
  "wlbs-host": "WLBS host",
  "port-rule": "port rule",
  "mscs-cluster": "MSCS pair",
  group: "group",
  resource: "resource",
  address: "address",
  deployment: "deployment",
  bundle: "policy bundle",
};

/** One refusal. */
export function RefusalCard({ refusal }: { refusal: Refusal }) {
  const bad = refusal.severity === "error";
  return (
    <article
      className={cn(
        "grid gap-2 rounded-md border px-4 py-3",
        bad ? "border-bad-line bg-bad-soft" : "border-warn-line bg-warn-soft",
      )}
    >
      <header className="flex items-start gap-2.5">
        <span className="flex h-5 items-center">
          <StateIcon role={bad ? "bad" : "warn"} className="size-4" />
        </span>
        <p className="flex-1 font-medium">{refusal.message}</p>
        <span className="font-mono text-[12px] text-muted">{refusal.rule}</span>
      </header>
      <ul aria-label="What clashes" className="flex flex-wrap gap-1.5 pl-6.5">
        {refusal.objects.map((object) => (
          <li
            key={`${object.kind} ${object.name}`}
            className="rounded-sm border bg-surface px-1.5 text-[12px]"
          >
            <span className="text-muted">{kindWords[object.kind]}</span>{" "}
            <span className="font-mono">{object.name}</span>
          </li>
        ))}
      </ul>
      <p className="pl-6.5 text-text/85">{refusal.reason}</p>
      <p className="pl-6.5">
        <span className="font-medium">Way out: </span>
        {refusal.cure}
      </p>
    </article>
  );
}
