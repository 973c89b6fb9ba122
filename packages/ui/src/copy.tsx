"use client";
/** Things worth copying: addresses, ids, hashes and commands, in mono, with one press. */
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { cn } from "./cn.ts";

const shownMs = 1500;

/** Copies text; without a secure context the clipboard is missing, then a hidden field does it. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

function useCopied(): [boolean, (text: string) => void] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return [copied, (text) => void copyText(text).then(() => setCopied(true))];
}

/** A short mono value; a press copies it. */
export function CopyValue({
  value,
  shown,
  className,
}: {
  value: string;
  shown?: string;
  className?: string;
}) {
  const [copied, copy] = useCopied();
  return (
    <button
      type="button"
      onClick={() => copy(value)}
      title={copied ? "Copied" : `Copy ${value}`}
      className={cn(
        "group inline-flex max-w-full items-center gap-1 rounded-sm font-mono text-[0.93em] hover:text-active",
        className,
      )}
    >
      <span className="truncate">{shown ?? value}</span>
      {copied ? (
        <Check aria-hidden className="size-3 shrink-0 text-ok-text" />
      ) : (
        <Copy
          aria-hidden
          className="size-3 shrink-0 opacity-0 transition-opacity group-hover:opacity-60 group-focus-visible:opacity-60"
        />
      )}
      <span className="sr-only">{copied ? "copied" : "copy"}</span>
    </button>
  );
}

/** A command or a snippet in its own block. `label` names it for screen readers. */
export function CopyBlock({ text, label, className }: { text: string; label: string; className?: string }) {
  const [copied, copy] = useCopied();
  return (
    <div className={cn("group relative min-w-0 rounded-md border bg-sunken", className)}>
      <pre
        aria-label={label}
        className="overflow-x-auto py-2.5 pr-20 pl-3 font-mono text-[12.5px] leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]"
      >
        {text}
      </pre>
      <button
        type="button"
        onClick={() => copy(text)}
        className="absolute top-1.5 right-1.5 inline-flex h-7 items-center gap-1 rounded-md border bg-surface px-2 text-[12px] text-muted hover:text-text"
      >
        {copied ? (
          <Check aria-hidden className="size-3.5 text-ok-text" />
        ) : (
          <Copy aria-hidden className="size-3.5" />
        )}
        <span aria-live="polite">{copied ? "Copied" : "Copy"}</span>
      </button>
    </div>
  );
}
