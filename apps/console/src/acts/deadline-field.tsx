"use client";
/** When an act that takes its time is to end by force, or to be given up. */
import { SelectField } from "@bulkhead/ui/field.tsx";

interface DeadlineFieldProps {
  label: string;
  /** What happens without a deadline. */
  without: string;
  /** The choices, seconds. */
  choices: readonly number[];
  /** Seconds; null = none. */
  value: number | null;
  onChange: (seconds: number | null) => void;
}

export function DeadlineField({ label, without, choices, value, onChange }: DeadlineFieldProps) {
  return (
    <SelectField
      label={label}
      value={value ?? ""}
      onChange={(event) => onChange(event.target.value === "" ? null : Number(event.target.value))}
    >
      <option value="">{without}</option>
      {choices.map((seconds) => (
        <option key={seconds} value={seconds}>
          {afterText(seconds)}
        </option>
      ))}
    </SelectField>
  );
}

function afterText(seconds: number): string {
  if (seconds < 60) return `after ${seconds} s`;
  return seconds < 3600 ? `after ${seconds / 60} min` : `after ${seconds / 3600} h`;
}
