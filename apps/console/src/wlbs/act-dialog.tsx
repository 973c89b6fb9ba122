"use client";
/** One act on hosts or rules: what will happen, the act, and what every host answered, with its code. */
import { Button } from "@bulkhead/ui/button.tsx";
import { CopyBlock } from "@bulkhead/ui/copy.tsx";
import { Dialog } from "@bulkhead/ui/dialog.tsx";
import { SelectField } from "@bulkhead/ui/field.tsx";
import { duration } from "@bulkhead/ui/format.ts";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { breaking, type Consequence } from "../acts/consequence.ts";
import { Lines, TypedField } from "../acts/lines.tsx";
import { TroubleNotice } from "../api/trouble-notice.tsx";
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
  const [typed, setTyped] = useState("");
  const [deadlineS, setDeadlineS] = useState<number | null>(null);
  const order = act.hasDeadline ? { ...act.order, deadlineS } : act.order;
  if (command.data) return <Outcomes act={act} outcomes={command.data} onClose={onClose} />;
  const isTyped = act.typed === null || typed.trim() === act.typed;
  const breaks = act.lines.some((line) => line.breaks) || (act.hasDeadline && deadlineS !== null);
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (isTyped && !command.isPending) command.mutate(order);
      }}
    >
      <Lines lines={deadlineS === null ? act.lines : [cutLine(deadlineS), ...act.lines]} />
      {act.hasDeadline ? <DeadlineField value={deadlineS} onChange={setDeadlineS} /> : null}
      {act.typed === null ? null : <TypedField wanted={act.typed} value={typed} onChange={setTyped} />}
      <div className="grid gap-1">
        <p className="text-[12px] text-muted">The same from a shell</p>
        <CopyBlock label="Command" text={wlbsCommandLine(order)} />
      </div>
      <TroubleNotice error={command.error} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Leave as it is</Button>
        <Button
          type="submit"
          look={breaks ? "danger" : "primary"}
          disabled={command.isPending}
          blockedBy={isTyped ? null : `Type ${act.typed} first.`}
        >
          {command.isPending ? "Waiting for the answer" : act.button}
        </Button>
      </div>
    </form>
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
