"use client";
/** One of a few, as a row of segments. */
import { cn } from "@bulkhead/ui/cn.ts";
import { useId } from "react";

export interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: string }[];
}

/** Native radio buttons underneath: arrow keys work, and screen readers know them. */
export function Choice<T extends string>({ label, value, onChange, options }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 text-dense font-medium">{label}</legend>
      <div className="inline-flex w-fit rounded-md border border-line-strong/80 bg-sunken p-0.5">
        {options.map((option) => (
          <label
            key={option.value}
            className={cn(
              "cursor-pointer rounded-[4px] px-3 py-1 text-dense text-muted has-focus-visible:outline-2 has-focus-visible:outline-focus",
              value === option.value && "bg-surface font-medium text-text shadow-xs",
            )}
          >
            <input
              type="radio"
              name={name}
              checked={value === option.value}
              onChange={() => onChange(option.value)}
              className="sr-only"
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
