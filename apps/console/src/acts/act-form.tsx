"use client";
/** The question that every act of the console asks first: what will happen, the same from a shell, and the act itself. */
import { Button } from "@bulkhead/ui/button.tsx";
import { type ReactNode, useState } from "react";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import type { Consequence } from "./consequence.ts";
import { Lines, TypedField } from "./lines.tsx";
import { ShellLine } from "./shell-line.tsx";

export interface ActFormProps {
  lines: readonly Consequence[];
  /** This name must be typed first. Null = a press is enough. */
  typed: string | null;
  /** The same from a shell. */
  shell: string;
  button: string;
  /** What the button says while the answer is awaited. */
  waiting: string;
  /** The mutation behind the button. */
  command: { isPending: boolean; error: unknown };
  onSend: () => void;
  onClose: () => void;
  /** Choices, between what will happen and the name that must be typed. */
  children?: ReactNode;
}

export function ActForm(props: ActFormProps) {
  const { lines, typed: wanted, command } = props;
  const [typed, setTyped] = useState("");
  const isTyped = wanted === null || typed.trim() === wanted;
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (isTyped && !command.isPending) props.onSend();
      }}
    >
      <Lines lines={lines} />
      {props.children}
      {wanted === null ? null : <TypedField wanted={wanted} value={typed} onChange={setTyped} />}
      <ShellLine line={props.shell} />
      <TroubleNotice error={command.error} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={props.onClose}>Leave as it is</Button>
        <Button
          type="submit"
          look={lines.some(({ breaks }) => breaks) ? "danger" : "primary"}
          disabled={command.isPending}
          blockedBy={isTyped ? null : `Type ${wanted} first.`}
        >
          {command.isPending ? props.waiting : props.button}
        </Button>
      </div>
    </form>
  );
}
