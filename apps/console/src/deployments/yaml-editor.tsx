"use client";
/** A plain text area with line numbers: marks the lines that have problems, keeps the tab key for leaving it. */
import { cn } from "@bulkhead/ui/cn.ts";
import { useEffect, useRef } from "react";

const lineHeightPx = 20;

export interface YamlEditorProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** 1-based lines to mark. */
  badLines: readonly number[];
  /** Moves the caret there when it changes. */
  goTo?: { line: number; column: number } | null;
}

/** Byte-exact: what is shown is what is planned. */
export function YamlEditor({ label, value, onChange, badLines, goTo }: YamlEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const lines = value.split("\n");
  const bad = new Set(badLines);
  const longest = Math.max(20, ...lines.map((line) => line.length));
  useEffect(() => {
    if (!goTo || !area.current) return;
    const before = area.current.value.split("\n").slice(0, goTo.line - 1);
    const offset = before.reduce((sum, line) => sum + line.length + 1, 0) + Math.max(0, goTo.column - 1);
    area.current.focus();
    area.current.setSelectionRange(offset, offset);
  }, [goTo]);
  return (
    <div className="flex max-h-[62vh] min-h-80 overflow-auto rounded-md border border-line-strong/80 bg-surface font-mono text-[12.5px] leading-5 focus-within:outline-2 focus-within:outline-offset-0 focus-within:outline-focus">
      <ol
        aria-hidden
        className="sticky left-0 z-10 shrink-0 border-r bg-sunken py-3 text-right text-muted select-none"
      >
        {lines.map((_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line number is its index.
          <li key={i} className={cn("h-5 px-3", bad.has(i + 1) && "bg-bad-fill font-medium text-white")}>
            {i + 1}
          </li>
        ))}
      </ol>
      <textarea
        ref={area}
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        spellCheck={false}
        autoCapitalize="off"
        wrap="off"
        rows={lines.length + 1}
        className="shrink-0 grow resize-none overflow-hidden bg-transparent px-3 py-3 whitespace-pre outline-none"
        style={{ height: lines.length * lineHeightPx + 48, width: `calc(${longest + 2}ch + 24px)` }}
      />
    </div>
  );
}
