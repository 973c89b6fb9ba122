"use client";
/** Form fields: label above, help under the field, the error at the field. */
import { type ComponentProps, type ReactNode, useId } from "react";
import { cn } from "./cn.ts";

/** Look shared by every text input. */
export const inputLook =
  "h-9 w-full rounded-md border border-line-strong/80 bg-surface px-3 text-text placeholder:text-muted/75 focus-visible:outline-offset-0 aria-invalid:border-bad disabled:opacity-60";

export interface TextFieldProps extends Omit<ComponentProps<"input">, "id"> {
  label: ReactNode;
  help?: ReactNode;
  error?: string | null | undefined;
  mono?: boolean;
}

/** One labelled line of text. */
export function TextField({ label, help, error, mono, className, ...input }: TextFieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  return (
    <div className={cn("grid gap-1", className)}>
      <label htmlFor={id} className="text-dense font-medium">
        {label}
      </label>
      <input
        {...input}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={help || error ? noteId : undefined}
        className={cn(inputLook, mono && "font-mono text-dense")}
      />
      {error || help ? (
        <p
          id={noteId}
          className={cn("text-dense", error ? "text-bad" : "text-muted")}
          role={error ? "alert" : undefined}
        >
          {error || help}
        </p>
      ) : null}
    </div>
  );
}

/** A native select: the platform's own list is the most accessible one. */
export function SelectField({
  label,
  className,
  children,
  ...rest
}: Omit<ComponentProps<"select">, "id"> & { label: string }) {
  const id = useId();
  return (
    <div className={cn("inline-flex items-center gap-2", className)}>
      <label htmlFor={id} className="text-dense text-muted">
        {label}
      </label>
      <select
        {...rest}
        id={id}
        className="h-8 rounded-md border border-line-strong/80 bg-surface px-2 text-dense"
      >
        {children}
      </select>
    </div>
  );
}
