"use client";
/** Form fields on react-hook-form: label above, help under the field, the error at the field. */
import { cn } from "@bulkhead/ui/cn.ts";
import { Field, FieldNote, inputLook, TextField, type TextFieldProps } from "@bulkhead/ui/field.tsx";
import { type ReactNode, useId } from "react";
import { type FieldPath, type FieldValues, get, useController, useFormContext } from "react-hook-form";
import { judgeNumber } from "./judges.ts";

/** A sentence on what is wrong; true = nothing is. */
export type Judge = (value: string) => true | string;

interface FormTextProps<V extends FieldValues>
  extends Omit<TextFieldProps, "name" | "value" | "onChange" | "error" | "ref"> {
  name: FieldPath<V>;
  judge?: Judge;
}

/** What is wrong at a field, in one sentence. */
function useProblem(name: string): string | undefined {
  const { formState } = useFormContext();
  const problem: unknown = get(formState.errors, name);
  return (problem as { message?: string } | undefined)?.message;
}

export function FormText<V extends FieldValues>({ name, judge, ...rest }: FormTextProps<V>) {
  const { register } = useFormContext<V>();
  const error = useProblem(name);
  return <TextField {...rest} {...register(name, judge ? { validate: judge } : {})} error={error} />;
}

interface FormNumberProps<V extends FieldValues> {
  name: FieldPath<V>;
  label: string;
  help?: ReactNode;
  /** Least and most; an empty field is left out of the file. */
  range: readonly [number, number];
}

/** A whole number. */
export function FormNumber<V extends FieldValues>({ range, ...rest }: FormNumberProps<V>) {
  return <FormText<V> {...rest} inputMode="numeric" judge={(text) => judgeNumber(text, range)} />;
}

interface FormSelectProps<V extends FieldValues> {
  name: FieldPath<V>;
  label: string;
  help?: ReactNode;
  options: readonly { value: string; text: string }[];
  judge?: Judge;
}

export function FormSelect<V extends FieldValues>({ name, label, help, options, judge }: FormSelectProps<V>) {
  const { register } = useFormContext<V>();
  return (
    <Field label={label} help={help} error={useProblem(name)}>
      {(ties) => (
        <select {...register(name, judge ? { validate: judge } : {})} {...ties} className={inputLook}>
          {options.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface FormCheckProps<V extends FieldValues> {
  name: FieldPath<V>;
  label: string;
  help?: ReactNode;
}

export function FormCheck<V extends FieldValues>({ name, label, help }: FormCheckProps<V>) {
  const { register } = useFormContext<V>();
  const id = useId();
  return (
    <div className="grid gap-1">
      <label className="flex items-center gap-2 text-dense font-medium">
        <input
          type="checkbox"
          {...register(name)}
          aria-describedby={`${id}-note`}
          className="size-4 accent-(--ink)"
        />
        {label}
      </label>
      <FieldNote id={`${id}-note`} help={help} />
    </div>
  );
}

interface FormChecksProps<V extends FieldValues> {
  name: FieldPath<V>;
  label: string;
  help?: ReactNode;
  options: readonly { value: string; text: string }[];
  empty: string;
}

/** Any of several; the value is the list of what is checked, in the order of the options. */
export function FormChecks<V extends FieldValues>({ name, label, help, options, empty }: FormChecksProps<V>) {
  const { field } = useController<V>({ name });
  const id = useId();
  const checked = field.value as readonly string[];
  const toggled = (value: string) =>
    options
      .map((option) => option.value)
      .filter((each) => (each === value ? !checked.includes(each) : checked.includes(each)));
  return (
    <fieldset className="grid gap-1" aria-describedby={`${id}-note`}>
      <legend className="mb-1 text-dense font-medium">{label}</legend>
      {options.length === 0 ? <p className="text-dense text-muted">{empty}</p> : null}
      <div className="flex flex-wrap gap-x-5 gap-y-1">
        {options.map(({ value, text }) => (
          <label key={value} className="flex items-center gap-2 text-dense">
            <input
              type="checkbox"
              checked={checked.includes(value)}
              onChange={() => field.onChange(toggled(value))}
              className="size-4 accent-(--ink)"
            />
            {text}
          </label>
        ))}
      </div>
      <FieldNote id={`${id}-note`} help={help} />
    </fieldset>
  );
}

interface FormLinesProps<V extends FieldValues> {
  name: FieldPath<V>;
  label: string;
  help?: ReactNode;
  judge?: Judge;
}

/** Several lines of text. */
export function FormLines<V extends FieldValues>({ name, label, help, judge }: FormLinesProps<V>) {
  const { register } = useFormContext<V>();
  return (
    <Field label={label} help={help} error={useProblem(name)}>
      {(ties) => (
        <textarea
          {...register(name, judge ? { validate: judge } : {})}
          {...ties}
          rows={3}
          spellCheck={false}
          className={cn(inputLook, "h-auto py-2 font-mono text-dense")}
        />
      )}
    </Field>
  );
}

/** Several fields side by side where there is room. */
export function FieldRow({ children }: { children: ReactNode }) {
  return <div className="grid items-start gap-x-4 gap-y-4 sm:grid-cols-2">{children}</div>;
}

/** A part of a form. */
export function FormPart({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section className="grid gap-4 border-t pt-4">
      <header>
        <h2 className="text-[15px] leading-6 font-semibold">{title}</h2>
        {note ? <p className="text-dense text-muted">{note}</p> : null}
      </header>
      {children}
    </section>
  );
}
