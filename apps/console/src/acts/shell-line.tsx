"use client";
/** What a press does, as a line for the shell, to copy. */
import { CopyBlock } from "@bulkhead/ui/copy.tsx";

export function ShellLine({ line }: { line: string }) {
  return (
    <div className="grid gap-1">
      <p className="text-[12px] text-muted">The same from a shell</p>
      <CopyBlock label="Command" text={line} />
    </div>
  );
}
