/** Quorum as three votes: two nodes and the witness; two of them keep the groups running. */
import { cn } from "@bulkhead/ui/cn.ts";
import { Check, Eye, Minus, Server, X } from "lucide-react";
import { type MscsCluster, type Vote, votes } from "../../states/mscs-states.ts";
import { votesText } from "./quorum-model.ts";

const words = { yes: "votes", no: "no vote", unknown: "no news" } as const;

/** Three marks, the majority line, and the sum in words. */
export function QuorumVotes({ cluster }: { cluster: MscsCluster }) {
  const all = votes(cluster);
  const cast = all.filter((vote) => vote.cast === true).length;
  return (
    <div className="grid gap-2">
      <ul aria-label="Votes" className="grid max-w-2xl gap-2 sm:grid-cols-3">
        {all.map((vote) => (
          <VoteCard key={vote.name} vote={vote} />
        ))}
        {cluster.witness === null ? (
          <li className="rounded-md border border-dashed border-bad-line px-3 py-2 text-bad">no witness</li>
        ) : null}
      </ul>
      <div aria-hidden className="relative h-2 max-w-2xl rounded-full bg-line">
        <span
          className={cn(
            "block h-full rounded-full transition-[width] duration-200",
            cast >= 2 ? (cast === 3 ? "bg-ok" : "bg-warn") : "bg-bad-fill",
          )}
          style={{ width: `${(cast / 3) * 100}%` }}
        />
        <span className="absolute -top-1 left-2/3 h-4 w-px bg-text" />
      </div>
      <p className="text-dense text-muted">{votesText(cluster)}</p>
    </div>
  );
}

function VoteCard({ vote }: { vote: Vote }) {
  const state = vote.cast === null ? "unknown" : vote.cast ? "yes" : "no";
  const Icon = state === "yes" ? Check : state === "no" ? X : Minus;
  const Kind = vote.kind === "witness" ? Eye : Server;
  return (
    <li
      className={cn(
        "flex items-center gap-2 rounded-md border bg-surface px-3 py-2",
        state === "no" && "border-bad-line bg-bad-soft",
        state === "unknown" && "hatched",
      )}
    >
      <Icon
        aria-hidden
        className={cn(
          "size-4 shrink-0",
          state === "yes" ? "text-ok-text" : state === "no" ? "text-bad" : "text-off",
        )}
      />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{vote.name}</span>
        <span className="block text-[12px] leading-4 text-muted">
          {vote.kind === "witness" ? "witness, " : ""}
          {words[state]}
        </span>
      </span>
      <Kind aria-hidden className="size-4 shrink-0 text-muted" />
    </li>
  );
}
