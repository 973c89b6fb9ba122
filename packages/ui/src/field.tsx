"use client";
/** Form fields: label above, help under the field, the error at the field. */
import { type ComponentProps, type ReactNode, useId } from "react";
import { cn } from "./cn.ts";

/** Look shared by every text input. */
export const inputLook =
  "h-9 w-full rounded-md border border-line-strong/80 bg-surface px-3 text-text placeholder:text-muted/75 focus-visible:outline-offset-0 aria-invalid:border-bad disabled:opacity-60";

interface FieldNoteProps {
  id: string;
  help?: ReactNode;
  error?: string | null | undefined;
}

/** What stands under a field: what is wrong with it, else its help. */
export function FieldNote({ id, help, error }: FieldNoteProps) {
  if (!error && !help) return null;
  return (
    <p
      id={id}
      className={cn("text-dense", error ? "text-bad" : "text-muted")}
      role={error ? "alert" : undefined}
    >
      {error || help}
    </p>
  );
}

/** What ties an input to its label and its note. */
export interface FieldTies {
  id: string;
  "aria-invalid": true | undefined;
  "aria-describedby": string | undefined;
}

interface FieldProps extends Omit<FieldNoteProps, "id"> {
  label: ReactNode;
  className?: string | undefined;
  children: (ties: FieldTies) => ReactNode;
}

/** The frame of every input of a form: label above, note under it. */
export function Field({ label, help, error, className, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  return (
    <div className={cn("grid gap-1", className)}>
      <label htmlFor={id} className="text-dense font-medium">
        {label}
      </label>
      {children({
        id,
        "aria-invalid": error ? true : undefined,
        "aria-describedby": help || error ? noteId : undefined,
      })}
      <FieldNote id={noteId} help={help} error={error} />
    </div>
  );
}

export interface TextFieldProps extends Omit<ComponentProps<"input">, "id"> {
  label: ReactNode;
  help?: ReactNode;
  error?: string | null | undefined;
  mono?: boolean;
}

/** One labelled line of text. */
export function TextField({ label, help, error, mono, className, ...input }: TextFieldProps) {
  return (
    <Field label={label} help={help} error={error} className={className}>
      {(ties) => <input {...input} {...ties} className={cn(inputLook, mono && "font-mono text-dense")} />}
    </Field>
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
