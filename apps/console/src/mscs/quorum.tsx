/** Quorum as three votes: two nodes and the witness; two of them keep the groups running. */
import { cn } from "@bulkhead/ui/cn.ts";
import { Check, Minus, X } from "lucide-react";
import { type MscsCluster, votes } from "../states/mscs-states.ts";

const words = { yes: "votes", no: "no vote", unknown: "no news" } as const;

/** Three marks and the sum in words. */
export function Quorum({ cluster }: { cluster: MscsCluster }) {
  const all = votes(cluster);
  const cast = all.filter((vote) => vote.cast === true).length;
  const blind = all.every((vote) => vote.cast === null);
  return (
    <div className="grid gap-2">
      <ul className="flex flex-wrap gap-2">
        {all.map((vote) => {
          const state = vote.cast === null ? "unknown" : vote.cast ? "yes" : "no";
          const Icon = state === "yes" ? Check : state === "no" ? X : Minus;
          return (
            <li
              key={vote.name}
              className={cn(
                "flex items-center gap-2 rounded-md border px-2.5 py-1.5",
                state === "no" && "border-bad-line bg-bad-soft",
                state === "unknown" && "hatched",
              )}
            >
              <Icon
                aria-hidden
                className={cn(
                  "size-4",
                  state === "yes" ? "text-ok-text" : state === "no" ? "text-bad" : "text-off",
                )}
              />
              <span>
                <span className="font-medium">{vote.name}</span>{" "}
                <span className="text-muted">
                  {vote.kind === "witness" ? "witness, " : ""}
                  {words[state]}
                </span>
              </span>
            </li>
          );
        })}
      </ul>
      <p className="text-dense text-muted">
        {blind
          ? "The engine does not tell who votes."
          : `${cast} of 3 votes. Two keep the groups running, so ${cast === 3 ? "any one may be lost" : "none may be lost now"}.`}
      </p>
    </div>
  );
}
