"use client";
/** A resource's properties (DOMAIN 2.4) as a form; the fields of each type come from core's registry. */
import { type ResourceTypeName, resourceTypes, typesWithoutPlace } from "@bulkhead/core/mscs";
import { Disclosure } from "@bulkhead/ui/disclosure.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import Link from "next/link";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { valueAt, without } from "../../fleet-file/fleet-document.ts";
import { mscsPath } from "../../shell/places.ts";
import { FormChecks, FormPart } from "./fields.tsx";
import { patched } from "./file-patch.ts";
import { FormFrame } from "./form-frame.tsx";
import { NameField } from "./name-field.tsx";
import { OcfParameters } from "./ocf-parameters.tsx";
import { ResourcePolicyPart } from "./resource-policy-part.tsx";
import {
  fieldsOf,
  missingDependencies,
  newResource,
  type ResourceValues,
  resourceFile,
  resourceValues,
} from "./resource-values.ts";
import { SettingField } from "./setting-field.tsx";

interface ResourceFormProps {
  yaml: string;
  place: { cluster: string; group: string };
  /** Null = a new resource. */
  name: string | null;
}

type FileResources = Record<string, Record<string, unknown>>;

export function ResourceForm({ yaml, place, name }: ResourceFormProps) {
  const { cluster, group } = place;
  const path = ["mscs", cluster, "groups", group, "resources"];
  const all = (valueAt(yaml, path) ?? {}) as FileResources;
  const nodes = (valueAt(yaml, ["mscs", cluster, "nodes"]) ?? []) as string[];
  const others = Object.entries(all)
    .filter(([key]) => key !== name)
    .map(([key, file]) => ({ name: key, type: file["type"] as ResourceTypeName }));
  const [type, setType] = useState<ResourceTypeName>(
    ((name ? all[name]?.["type"] : null) ?? "ipAddress") as ResourceTypeName,
  );
  const before = name ? resourceValues(name, all[name] ?? {}) : newResource(type);
  const form = useForm<ResourceValues>({ defaultValues: before });
  const choose = (next: ResourceTypeName) => {
    setType(next);
    form.reset({ ...form.getValues(), type: next, settings: newResource(next).settings });
  };
  return (
    <FormFrame
      title={name === null ? `New resource in ${group}` : `Edit ${name}`}
      trail={<Link href={mscsPath(cluster)}>{cluster}</Link>}
      lead={resourceTypes.find((each) => each.type === type)?.help ?? ""}
      form={form}
      back={mscsPath(cluster)}
      onWrite={(values) => ({
        yaml: patched(yaml, [...path, values.name], {
          before: resourceFile(before, nodes),
          now: resourceFile(values, nodes),
        }),
        what: name === null ? `A new resource ${values.name} in ${group}` : `Resource ${name} of ${group}`,
      })}
      remove={
        name === null
          ? null
          : {
              label: `Remove ${name}`,
              onRemove: () => ({
                yaml: without(yaml, [...path, name]),
                what: `Resource ${name} of ${group} is removed`,
              }),
            }
      }
    >
      <NameField isNew={name === null} what="resource" example="ip or disk" taken={Object.keys(all)} />
      {name === null ? <TypeField type={type} onChoose={choose} /> : null}
      <SettingsPart cluster={cluster} type={type} others={others} />
      <DependencyPart form={form} type={type} others={others} nodes={nodes} />
      <ResourcePolicyPart type={type} />
    </FormFrame>
  );
}

type Others = readonly { name: string; type: ResourceTypeName }[];

interface SettingsPartProps {
  cluster: string;
  type: ResourceTypeName;
  others: Others;
}

/** The parameters of an agent stand under the fields that its metadata gives, which write into them. */
function SettingsPart({ cluster, type, others }: SettingsPartProps) {
  const fields = fieldsOf(type);
  const first = fields.filter(({ kind }) => kind !== "parameters");
  const last = fields.filter(({ kind }) => kind === "parameters");
  return (
    <FormPart title="Settings">
      {first.map((field) => (
        <SettingField key={`${type} ${field.name}`} field={field} others={others} />
      ))}
      {type === "ocf" ? <OcfParameters cluster={cluster} /> : null}
      {last.map((field) => (
        <SettingField key={`${type} ${field.name}`} field={field} others={others} />
      ))}
    </FormPart>
  );
}

interface DependencyPartProps {
  form: ReturnType<typeof useForm<ResourceValues>>;
  type: ResourceTypeName;
  others: Others;
  nodes: readonly string[];
}

function DependencyPart({ form, type, others, nodes }: DependencyPartProps) {
  const missing = missingDependencies(type, form.watch("dependsOn"), others);
  return (
    <FormPart title="Dependencies and owners">
      <FormChecks<ResourceValues>
        name="dependsOn"
        label="Depends on"
        help="They come online before it and go offline after it."
        empty="The group has no other resource yet."
        options={others.map((other) => ({ value: other.name, text: other.name }))}
      />
      {missing.length > 0 ? (
        <Notice role="warn" title="The plan will refuse it like this">
          {missing.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </Notice>
      ) : null}
      <FormChecks<ResourceValues>
        name="possibleOwners"
        label="Possible owners"
        help="None checked: both. The group runs only where all of its resources may."
        empty="The pair has no nodes yet."
        options={nodes.map((node) => ({ value: node, text: node }))}
      />
    </FormPart>
  );
}

interface TypeFieldProps {
  type: ResourceTypeName;
  onChoose: (type: ResourceTypeName) => void;
}

function TypeField({ type, onChoose }: TypeFieldProps) {
  return (
    <div className="grid gap-1">
      <fieldset className="grid gap-x-4 gap-y-1 sm:grid-cols-3">
        <legend className="mb-1 text-dense font-medium">Type</legend>
        {resourceTypes.map((each) => (
          <label key={each.type} title={each.help} className="flex items-center gap-2 text-dense">
            <input
              type="radio"
              name="resource-type"
              checked={each.type === type}
              onChange={() => onChoose(each.type)}
              className="size-4 accent-(--ink)"
            />
            {each.title}
          </label>
        ))}
      </fieldset>
      <Disclosure summary="Types that have no place here" className="mt-1">
        <dl className="grid gap-1 text-dense">
          {typesWithoutPlace.map(({ title, why }) => (
            <div key={title}>
              <dt className="inline font-medium">{title}: </dt>
              <dd className="inline text-muted">{why}</dd>
            </div>
          ))}
        </dl>
      </Disclosure>
    </div>
  );
}
