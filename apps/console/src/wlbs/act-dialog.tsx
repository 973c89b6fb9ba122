"use client";
/** One act on hosts or rules: what will happen, the act, and what every host answered, with its code. */
import { Dialog } from "@bulkhead/ui/dialog.tsx";
import { SelectField } from "@bulkhead/ui/field.tsx";
import { duration } from "@bulkhead/ui/format.ts";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ActForm } from "../acts/act-form.tsx";
import { breaking, type Consequence } from "../acts/consequence.ts";
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
      {act.hasDeadline ? <DeadlineField value={deadlineS} onChange={setDeadlineS} /> : null}
    </ActForm>
  );
}

function cutLine(deadlineS: number): Consequence {
  return breaking(`Connections that are still open after ${duration(deadlineS * 1000)} are cut.`);
}

const deadlines = [
  { seconds: 30, label: "after 30 s" },
  { seconds: 60, label: "after 1 min" },
  { seconds: 300, label: "after 5 min" },
  { seconds: 900, label: "after 15 min" },
  { seconds: 3600, label: "after 1 h" },
  { seconds: 14_400, label: "after 4 h" },
];

function DeadlineField({ value, onChange }: { value: number | null; onChange: (s: number | null) => void }) {
  return (
    <SelectField
      label="Cut what is still open"
      value={value ?? ""}
      onChange={(event) => onChange(event.target.value === "" ? null : Number(event.target.value))}
    >
      <option value="">never: wait for the last connection</option>
      {deadlines.map(({ seconds, label }) => (
        <option key={seconds} value={seconds}>
          {label}
        </option>
      ))}
    </SelectField>
  );
}
