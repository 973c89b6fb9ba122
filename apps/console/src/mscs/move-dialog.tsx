"use client";
/** Move a group: the steps before, the answer of the engine after. */
import { Button } from "@bulkhead/ui/button.tsx";
import { CopyBlock } from "@bulkhead/ui/copy.tsx";
import { Dialog } from "@bulkhead/ui/dialog.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { useToast } from "@bulkhead/ui/toast.tsx";
import { useMutation } from "@tanstack/react-query";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import { useTRPC } from "../api/trpc.ts";
import { mscsMoveLine } from "../states/cli.ts";
import type { GroupView, MscsCluster } from "../states/mscs-states.ts";
import { moveSteps, moveTarget } from "./move-acts.ts";

/** @param group null = closed. */
export function MoveDialog({
  cluster,
  group,
  onClose,
}: {
  cluster: MscsCluster;
  group: GroupView | null;
  onClose: () => void;
}) {
  const target = group ? moveTarget(cluster, group) : null;
  return (
    <Dialog
      open={group !== null && target !== null}
      onOpenChange={(open) => !open && onClose()}
      title={`Move ${group?.name ?? "group"} to ${target ?? "its peer"}`}
      lead="What will happen:"
    >
      {group && target ? (
        <MoveBody key={group.name} cluster={cluster} group={group} target={target} onClose={onClose} />
      ) : null}
    </Dialog>
  );
}

interface MoveBodyProps {
  cluster: MscsCluster;
  group: GroupView;
  target: string;
  onClose: () => void;
}

function MoveBody({ cluster, group, target, onClose }: MoveBodyProps) {
  const toast = useToast();
  const trpc = useTRPC();
  const move = useMutation(
    trpc.mscs.move.mutationOptions({
      onSuccess: (outcome) => {
        if (outcome.code !== "ok" && outcome.code !== "already") return;
        toast("ok", `${group.name} moves to ${target}`, outcome.message);
        onClose();
      },
    }),
  );
  const answer = move.data && move.data.code !== "ok" && move.data.code !== "already" ? move.data : null;
  return (
    <div className="grid gap-4">
      <ol className="grid list-decimal gap-2 pl-5 marker:text-muted">
        {moveSteps(cluster, group).map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <div className="grid gap-1">
        <p className="text-[12px] text-muted">The same from a shell</p>
        <CopyBlock label="Command" text={mscsMoveLine(cluster.name, group.name, target)} />
      </div>
      {answer ? (
        <Notice role="bad" title={answer.refusal?.message ?? answer.message} live>
          {answer.refusal ? `${answer.refusal.reason} ${answer.refusal.cure}` : null}
        </Notice>
      ) : null}
      <TroubleNotice error={move.error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Leave it where it is</Button>
        <Button
          look="danger"
          disabled={move.isPending}
          onClick={() => move.mutate({ cluster: cluster.name, group: group.name, to: target })}
        >
          {move.isPending ? "Waiting for the engine" : "Move group"}
        </Button>
      </div>
    </div>
  );
}
