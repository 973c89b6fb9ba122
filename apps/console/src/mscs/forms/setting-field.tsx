"use client";
/** One field of a resource type, as the registry describes it. */
import type { ResourceField, ResourceTypeName } from "@bulkhead/core/mscs";
import { FormCheck, FormLines, FormSelect, FormText } from "./fields.tsx";
import { judgeField } from "./judges.ts";
import type { ResourceValues } from "./resource-values.ts";

interface SettingFieldProps {
  field: ResourceField;
  /** The other resources of the group. */
  others: readonly { name: string; type: ResourceTypeName }[];
}

export function SettingField({ field, others }: SettingFieldProps) {
  const name = `settings.${field.name}` as const;
  const judge = (text: string) => judgeField(field, text);
  const label = field.isRequired ? field.title : `${field.title} (may be left out)`;
  switch (field.kind) {
    case "flag":
      return <FormCheck<ResourceValues> name={name} label={field.title} help={field.help} />;
    case "choice":
      return (
        <FormSelect<ResourceValues>
          name={name}
          label={field.title}
          help={field.help}
          options={(field.choices ?? []).map((value) => ({ value, text: value }))}
        />
      );
    case "resource":
      return (
        <FormSelect<ResourceValues>
          name={name}
          label={field.title}
          help={field.help}
          judge={judge}
          options={[
            { value: "", text: "choose" },
            ...others.map((other) => ({ value: other.name, text: other.name })),
          ]}
        />
      );
    case "parameters":
      return (
        <FormLines<ResourceValues>
          name={name}
          label={label}
          help={`${field.help} NAME=VALUE on each line.`}
          judge={judge}
        />
      );
    default:
      return (
        <FormText<ResourceValues>
          name={name}
          label={label}
          help={field.help}
          mono
          judge={judge}
          list={field.name === "agent" ? "ocf-agents" : undefined}
        />
      );
  }
}
