"use client";
/** The name of a pair, group or resource: its key in the fleet file, so it can be chosen once. */
import { FormText } from "./fields.tsx";
import { judgeName } from "./judges.ts";

interface NameFieldProps {
  isNew: boolean;
  /** "resource" */
  what: string;
  example: string;
  /** Names that exist already. */
  taken: readonly string[];
}

export function NameField({ isNew, what, example, taken }: NameFieldProps) {
  return (
    <FormText<{ name: string }>
      name="name"
      label="Name"
      mono
      readOnly={!isNew}
      help={
        isNew ? `For example ${example}.` : `A name cannot be changed here: it is the key of the ${what}.`
      }
      judge={(text) => (isNew ? judgeName(text, taken) : true)}
    />
  );
}
