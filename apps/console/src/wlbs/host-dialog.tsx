"use client";
/** One act on one host: what will happen, the act, what the host answered. */
import { Button } from "@bulkhead/ui/button.tsx";
import { CopyBlock } from "@bulkhead/ui/copy.tsx";
import { Dialog } from "@bulkhead/ui/dialog.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { StateIcon } from "@bulkhead/ui/state.tsx";
import { useToast } from "@bulkhead/ui/toast.tsx";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { type HostVerb, wlbsCommandLine } from "../states/cli.ts";
import type { WlbsCluster, WlbsHost } from "../states/wlbs-states.ts";
import { consequences, verbLabels } from "./host-acts.ts";

const doneCodes = ["ok", "already", "drain-stop", "stopped"];

export interface HostAct {
  verb: HostVerb;
  host: WlbsHost;
}

/** @param act null = closed. */
export function HostDialog({
  cluster,
  act,
  onClose,
}: {
  cluster: WlbsCluster;
  act: HostAct | null;
  onClose: () => void;
}) {
  return (
    <Dialog
      open={act !== null}
      onOpenChange={(open) => !open && onClose()}
      title={act ? `${verbLabels[act.verb]} ${act.host.node}` : ""}
      lead={`Host ${act?.host.hostId ?? ""} of ${cluster.name}. What will happen:`}
    >
      {act ? (
        <HostActBody key={`${act.verb} ${act.host.node}`} cluster={cluster} act={act} onClose={onClose} />
      ) : null}
    </Dialog>
  );
}

function HostActBody({ cluster, act, onClose }: { cluster: WlbsCluster; act: HostAct; onClose: () => void }) {
  const toast = useToast();
  const trpc = useTRPC();
  // Kept as they were promised: the picture behind changes while the act is carried out.
  const [lines] = useState(() => consequences(act.verb, cluster, act.host));
  const command = useMutation(
    trpc.wlbs.command.mutationOptions({
      onSuccess: (outcomes) => {
        if (outcomes.some((outcome) => !doneCodes.includes(outcome.code))) return;
        toast(
          "ok",
          `${verbLabels[act.verb]}: ${act.host.node} answered`,
          outcomes.map((outcome) => outcome.message).join(" "),
        );
        onClose();
      },
    }),
  );
  return (
    <div className="grid gap-4">
      <ul className="grid gap-2">
        {lines.map((line) => (
          <li key={line.text} className="flex gap-2.5">
            <span className="flex h-5 w-4 items-center justify-center">
              <StateIcon role={line.breaks ? "warn" : "ok"} />
            </span>
            {line.text}
          </li>
        ))}
      </ul>
      <div className="grid gap-1">
        <p className="text-[12px] text-muted">The same from a shell</p>
        <CopyBlock label="Command" text={wlbsCommandLine(act.verb, cluster.name, act.host.node)} />
      </div>
      <Answer outcomes={command.data ?? []} />
      <TroubleNotice error={command.error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Leave as it is</Button>
        <Button
          look={lines.some((line) => line.breaks) ? "danger" : "primary"}
          disabled={command.isPending}
          onClick={() => command.mutate({ cluster: cluster.name, host: act.host.node, verb: act.verb })}
        >
          {command.isPending ? `Waiting for ${act.host.node}` : verbLabels[act.verb]}
        </Button>
      </div>
    </div>
  );
}

function Answer({ outcomes }: { outcomes: Outputs["wlbs"]["command"] }) {
  return outcomes
    .filter((outcome) => !doneCodes.includes(outcome.code))
    .map((outcome) => (
      <Notice
        key={outcome.node}
        role="bad"
        title={`${outcome.node}: ${outcome.refusal?.message ?? outcome.message}`}
        live
      >
        {outcome.refusal ? `${outcome.refusal.reason} ${outcome.refusal.cure}` : null}
      </Notice>
    ));
}
