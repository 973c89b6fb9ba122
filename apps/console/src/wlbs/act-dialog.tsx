"use client";
/** One act on hosts or rules: what will happen, the act, and what every host answered, with its code. */
import { Dialog } from "@bulkhead/ui/dialog.tsx";
import { duration } from "@bulkhead/ui/format.ts";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ActForm } from "../acts/act-form.tsx";
import { breaking, type Consequence } from "../acts/consequence.ts";
import { DeadlineField } from "../acts/deadline-field.tsx";
import { useTRPC } from "../api/trpc.ts";
import { wlbsCommandLine } from "../states/cli.ts";
import type { Act } from "./acts.ts";
import { Outcomes } from "./outcomes.tsx";

/** @param act null = closed. Kept as it was promised: the picture behind changes while the act is carried out. */
export function ActDialog({ act, onClose }: { act: Act | null; onClose: () => void }) {
  return (
    <Dialog
      open={act !== null}
      onOpenChange={(open) => !open && onClose()}
      title={act?.title ?? ""}
      lead={act?.lead ?? ""}
    >
      {act ? <ActBody key={act.title} act={act} onClose={onClose} /> : null}
    </Dialog>
  );
}

function ActBody({ act, onClose }: { act: Act; onClose: () => void }) {
  const trpc = useTRPC();
  const command = useMutation(trpc.wlbs.command.mutationOptions());
  const [deadlineS, setDeadlineS] = useState<number | null>(null);
  const order = act.hasDeadline ? { ...act.order, deadlineS } : act.order;
  if (command.data) return <Outcomes act={act} outcomes={command.data} onClose={onClose} />;
  return (
    <ActForm
      lines={deadlineS === null ? act.lines : [cutLine(deadlineS), ...act.lines]}
      typed={act.typed}
      shell={wlbsCommandLine(order)}
      button={act.button}
      waiting="Waiting for the answer"
      command={command}
      onSend={() => command.mutate(order)}
      onClose={onClose}
    >
      {act.hasDeadline ? (
        <DeadlineField
          label="Cut what is still open"
          without="never: wait for the last connection"
          choices={cutChoicesS}
          value={deadlineS}
          onChange={setDeadlineS}
        />
      ) : null}
    </ActForm>
  );
}

function cutLine(deadlineS: number): Consequence {
  return breaking(`Connections that are still open after ${duration(deadlineS * 1000)} are cut.`);
}

const cutChoicesS = [30, 60, 300, 900, 3600, 14_400];
