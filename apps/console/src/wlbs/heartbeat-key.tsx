"use client";
/** The heartbeat key: when it was last changed, how far a change is, and the act that begins one. */
import { Button } from "@bulkhead/ui/button.tsx";
import { Dialog } from "@bulkhead/ui/dialog.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { Section } from "@bulkhead/ui/page.tsx";
import { State, type StateRole } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ActForm } from "../acts/act-form.tsx";
import { calm, listed } from "../acts/consequence.ts";
import { useTRPC } from "../api/trpc.ts";
import { rotateKeyLine } from "../states/cli.ts";
import type { WlbsCluster } from "../states/wlbs-states.ts";

type Rotation = NonNullable<WlbsCluster["keyRotation"]>;

const steps: readonly { id: Rotation["step"]; text: string }[] = [
  { id: "add", text: "All hosts accept the new key beside the old one" },
  { id: "sign", text: "All hosts sign with the new key" },
  { id: "drop", text: "All hosts forget the old key" },
];

export function HeartbeatKey({ cluster }: { cluster: WlbsCluster }) {
  const [isOpen, setOpen] = useState(false);
  const { keyRotation: rotation } = cluster;
  const isRunning = rotation !== null && rotation.step !== "done";
  return (
    <Section
      title="Heartbeat key"
      note="signs the heartbeats, so that no stranger on the segment can join or disturb the cluster"
      actions={
        <Button
          onClick={() => setOpen(true)}
          blockedBy={
            isRunning && rotation.why === null ? "The key is being changed. Wait for the last step." : null
          }
        >
          {isRunning && rotation.why !== null ? "Go on with the change" : "Change heartbeat key"}
        </Button>
      }
    >
      {rotation ? (
        <Progress rotation={rotation} />
      ) : (
        <p className="text-muted">The key has never been changed.</p>
      )}
      <RotateDialog cluster={cluster} open={isOpen} onClose={() => setOpen(false)} />
    </Section>
  );
}

function Progress({ rotation }: { rotation: Rotation }) {
  if (rotation.step === "done")
    return (
      <p>
        Key {rotation.keyId} is in force on all hosts. Changed by {rotation.by},{" "}
        <TimeAgo at={rotation.stepSince} />.
      </p>
    );
  const present = steps.findIndex(({ id }) => id === rotation.step);
  return (
    <div className="grid gap-3">
      <ol aria-label={`Change to key ${rotation.keyId}`} className="grid gap-1">
        {steps.map(({ id, text }, i) => {
          const { role, word } = stepState(rotation, i - present);
          return (
            <li key={id} className="grid grid-cols-[110px_minmax(0,1fr)] gap-x-3">
              <State role={role} word={word} />
              <span className={i > present ? "text-muted" : undefined}>
                {text}
                {i === present && rotation.waitingFor.length > 0
                  ? `: waits for ${listed(rotation.waitingFor)}`
                  : ""}
              </span>
            </li>
          );
        })}
      </ol>
      {rotation.why ? <Notice role="warn">{rotation.why}</Notice> : null}
      <p className="text-dense text-muted">
        Begun by {rotation.by}, <TimeAgo at={rotation.startedAt} />; this step{" "}
        <TimeAgo at={rotation.stepSince} />.
      </p>
    </div>
  );
}

/** @param ahead steps after the present one; negative = done. */
function stepState({ why }: Rotation, ahead: number): { role: StateRole; word: string } {
  if (ahead < 0) return { role: "ok", word: "Done" };
  if (ahead > 0) return { role: "off", word: "To come" };
  return why ? { role: "warn", word: "Held up" } : { role: "active", word: "Under way" };
}

const promises = [
  calm(
    "All hosts first accept the new key, then sign with it, then forget the old one. No heartbeat is lost, no host leaves.",
  ),
  calm("Every step waits until every host has confirmed the one before it."),
  calm(
    "A host without a link stops the change before anything is signed with the new key; it is named here.",
  ),
];

function RotateDialog({
  cluster,
  open,
  onClose,
}: {
  cluster: WlbsCluster;
  open: boolean;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const rotate = useMutation(trpc.clusters.rotateKey.mutationOptions({ onSuccess: onClose }));
  return (
    <Dialog
      open={open}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={`Change the heartbeat key of ${cluster.name}`}
    >
      <ActForm
        lines={promises}
        typed={null}
        shell={rotateKeyLine(cluster.name)}
        button="Change key"
        waiting="Beginning"
        command={rotate}
        onSend={() => rotate.mutate({ cluster: cluster.name })}
        onClose={onClose}
      />
    </Dialog>
  );
}
