"use client";
/** Choose an event: its kind, and what it needs to know. The answer follows each choice. */
import { SelectField } from "@bulkhead/ui/field.tsx";
import type { MscsCluster } from "../../states/mscs-states.ts";
import {
  type Asked,
  type EventField,
  type EventKind,
  eventFields,
  eventKinds,
  eventLabels,
} from "./questions.ts";

interface EventFormProps {
  cluster: MscsCluster;
  asked: Asked;
  onAsk: (asked: Asked) => void;
  from: "live" | "planned";
  onFrom: (from: "live" | "planned") => void;
}

export function EventForm({ cluster, asked, onAsk, from, onFrom }: EventFormProps) {
  const set = (name: EventField["name"], value: string) =>
    onAsk({ ...asked, [name]: name === "times" ? Number(value) : value });
  return (
    <form
      aria-label="What if"
      className="flex flex-wrap items-center gap-x-5 gap-y-3"
      onSubmit={(event) => event.preventDefault()}
    >
      <SelectField
        label="What if"
        value={asked.kind}
        onChange={(event) => onAsk({ ...asked, kind: event.target.value as EventKind })}
      >
        {eventKinds.map((kind) => (
          <option key={kind} value={kind}>
            {eventLabels[kind]}
          </option>
        ))}
      </SelectField>
      {eventFields(cluster, asked.kind).map(({ name, label, options }) => (
        <SelectField
          key={name}
          label={label}
          value={String(asked[name])}
          onChange={(event) => set(name, event.target.value)}
        >
          {options.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </SelectField>
      ))}
      <SelectField
        label="Starting from"
        value={from}
        onChange={(event) => onFrom(event.target.value === "planned" ? "planned" : "live")}
      >
        <option value="live">the pair as it runs</option>
        <option value="planned">the policy: all up, groups at home</option>
      </SelectField>
    </form>
  );
}
