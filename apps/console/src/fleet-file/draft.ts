"use client";
/** A change that a form has written, on its way to the editor: kept in this tab until it is planned or thrown away. */

export interface Draft {
  yaml: string;
  /** What the change is, one sentence for the head of the editor. */
  what: string;
}

const key = "bulkhead.draft";

export function keepDraft(draft: Draft): void {
  sessionStorage.setItem(key, JSON.stringify(draft));
}

/** Null = there is none. */
export function readDraft(): Draft | null {
  const text = sessionStorage.getItem(key);
  if (text === null) return null;
  try {
    const draft = JSON.parse(text) as Partial<Draft>;
    return typeof draft.yaml === "string" ? { yaml: draft.yaml, what: draft.what ?? "A change" } : null;
  } catch {
    return null;
  }
}

export function dropDraft(): void {
  sessionStorage.removeItem(key);
}
