"use client";
/** Move a group: the steps before, the resources while they move, the answer of the engine after. */
import { Button } from "@bulkhead/ui/button.tsx";
import { CopyBlock } from "@bulkhead/ui/copy.tsx";
import { Dialog } from "@bulkhead/ui/dialog.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { useToast } from "@bulkhead/ui/toast.tsx";
import { useMutation } from "@tanstack/react-query";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { mscsMoveLine } from "../states/cli.ts";
import { type GroupView, type MscsCluster, resourceCondition } from "../states/mscs-states.ts";
import { moveSteps, moveTarget, resourcesInStartOrder } from "./move-acts.ts";

/** What was asked for, kept as it was when the dialog opened: the owner changes while the group moves. */
export interface Move {
  group: string;
  target: string;
  steps: string[];
}

/** Null when the group has nowhere to go. */
export function moveOf(cluster: MscsCluster, group: GroupView): Move | null {
  const target = moveTarget(cluster, group);
  return target === null ? null : { group: group.name, target, steps: moveSteps(cluster, group) };
}

interface MoveDialogProps {
  cluster: MscsCluster;
  /** Null = closed. */
  move: Move | null;
  onClose: () => void;
}

export function MoveDialog({ cluster, move, onClose }: MoveDialogProps) {
  return (
    <Dialog
      open={move !== null}
      onOpenChange={(open) => !open && onClose()}
      title={move ? `Move ${move.group} to ${move.target}` : ""}
      lead="What will happen:"
    >
      {move ? <MoveBody key={move.group} cluster={cluster} move={move} onClose={onClose} /> : null}
    </Dialog>
  );
}

const doneCodes = ["ok", "already"];

function useMove(move: Move, onClose: () => void) {
  const toast = useToast();
  const trpc = useTRPC();
  return useMutation(
    trpc.mscs.move.mutationOptions({
      onSuccess: (outcome) => {
        if (!doneCodes.includes(outcome.code)) return;
        toast("ok", `Moved ${move.group} to ${move.target}`, outcome.message);
        onClose();
      },
    }),
  );
}

function MoveBody({ cluster, move, onClose }: MoveDialogProps & { move: Move }) {
  const act = useMove(move, onClose);
  return (
    <div className="grid gap-4">
      <ol className="grid list-decimal gap-2 pl-5 marker:text-muted">
        {move.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {act.isPending ? (
        <Progress cluster={cluster} group={move.group} />
      ) : (
        <div className="grid gap-1">
          <p className="text-[12px] text-muted">The same from a shell</p>
          <CopyBlock label="Command" text={mscsMoveLine(cluster.name, move.group, move.target)} />
        </div>
      )}
      <Answer outcome={act.data} />
      <TroubleNotice error={act.error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>
          {act.isPending ? "Close and watch the page" : "Leave it where it is"}
        </Button>
        <Button
          look="danger"
          disabled={act.isPending}
          onClick={() => act.mutate({ cluster: cluster.name, group: move.group, to: move.target })}
        >
          {act.isPending ? "Moving" : "Move group"}
        </Button>
      </div>
    </div>
  );
}

/** The resources while they go down here and come up there. */
function Progress({ cluster, group }: { cluster: MscsCluster; group: string }) {
  const view = cluster.view?.groups.find((each) => each.name === group);
  if (!view) return null;
  return (
    <ul aria-label="Progress" aria-live="polite" className="divide-y rounded-md border text-dense">
      {resourcesInStartOrder(cluster, view)
        .toReversed()
        .map((resource) => {
          const condition = resourceCondition(cluster, resource);
          return (
            <li key={resource.name} className="flex items-baseline justify-between gap-4 px-3 py-1.5">
              <span className="font-medium">{resource.name}</span>
              <span className="flex-1 text-muted">{resource.owner ? `on ${resource.owner}` : ""}</span>
              <State role={condition.role} word={condition.word} />
            </li>
          );
        })}
    </ul>
  );
}

function Answer({ outcome }: { outcome: Outputs["mscs"]["move"] | undefined }) {
  if (!outcome || doneCodes.includes(outcome.code)) return null;
  return (
    <Notice role="bad" title={outcome.refusal?.message ?? outcome.message} live>
      {outcome.refusal ? `${outcome.refusal.reason} ${outcome.refusal.cure}` : null}
    </Notice>
  );
}
