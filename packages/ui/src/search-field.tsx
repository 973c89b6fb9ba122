"use client";
/** The field above a list that narrows it while one types. */
import { inputLook } from "./field.tsx";

export interface SearchFieldProps {
  /** For screen readers, for example "Find a node". */
  label: string;
  placeholder: string;
  value: string;
  onChange: (text: string) => void;
}

/** One search field; the platform's own, so that Escape empties it. */
export function SearchField({ label, placeholder, value, onChange }: SearchFieldProps) {
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={placeholder}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={`${inputLook} max-w-72 text-dense`}
    />
  );
}
