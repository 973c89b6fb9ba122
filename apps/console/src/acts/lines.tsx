"use client";
/** Parts of every dialog that asks before it acts: what will happen, and the name that must be typed for what breaks much. */
import { TextField } from "@bulkhead/ui/field.tsx";
import { StateIcon } from "@bulkhead/ui/state.tsx";
import type { Consequence } from "./consequence.ts";

/** What will happen, one sentence each. */
export function Lines({ lines }: { lines: readonly Consequence[] }) {
  return (
    <ul aria-label="What will happen" className="grid gap-2">
      {lines.map((line) => (
        <li key={line.text} className="flex gap-2.5">
          <span className="flex h-5 w-4 shrink-0 items-center justify-center">
            <StateIcon role={line.breaks ? "warn" : "ok"} />
          </span>
          <span>
            {line.breaks ? <span className="sr-only">Breaks something: </span> : null}
            {line.text}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function TypedField(props: { wanted: string; value: string; onChange: (text: string) => void }) {
  return (
    <TextField
      label={
        <>
          Type <span className="font-mono">{props.wanted}</span> to go on
        </>
      }
      mono
      autoComplete="off"
      spellCheck={false}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    />
  );
}
