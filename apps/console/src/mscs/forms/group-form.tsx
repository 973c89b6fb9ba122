"use client";
/** A group's properties (DOMAIN 2.3) as a form. */
import Link from "next/link";
import { useForm } from "react-hook-form";
import { valueAt, without } from "../../fleet-file/fleet-document.ts";
import { mscsPath } from "../../shell/places.ts";
import { FieldRow, FormCheck, FormNumber, FormPart, FormSelect, FormText } from "./fields.tsx";
import { patched } from "./file-patch.ts";
import { FormFrame } from "./form-frame.tsx";
import { type GroupValues, groupFile, groupValues, ownerOrders } from "./group-values.ts";
import { NameField } from "./name-field.tsx";

interface GroupFormProps {
  yaml: string;
  cluster: string;
  /** Null = a new group. */
  name: string | null;
}

const hours = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), text: `${hour}:00` }));

export function GroupForm({ yaml, cluster, name }: GroupFormProps) {
  const groups = (valueAt(yaml, ["mscs", cluster, "groups"]) ?? {}) as Record<
    string,
    Record<string, unknown>
  >;
  const nodes = (valueAt(yaml, ["mscs", cluster, "nodes"]) ?? []) as string[];
  const before = groupValues(name ?? "", name ? (groups[name] ?? {}) : {});
  const form = useForm<GroupValues>({ defaultValues: before });
  const path = (group: string) => ["mscs", cluster, "groups", group];
  return (
    <FormFrame
      title={name === null ? "New group" : `Edit ${name}`}
      trail={<Link href={mscsPath(cluster)}>{cluster}</Link>}
      lead="A group is what moves as one. Its resources come in one by one afterwards."
      form={form}
      back={mscsPath(cluster)}
      onWrite={(values) => ({
        yaml: patched(yaml, path(values.name), {
          before: groupFile(before),
          now: { ...groupFile(values), ...(name === null ? { resources: {} } : {}) },
        }),
        what: name === null ? `A new group ${values.name} in ${cluster}` : `Group ${name} of ${cluster}`,
      })}
      remove={
        name === null
          ? null
          : {
              label: `Remove ${name}`,
              onRemove: () => ({
                yaml: without(yaml, path(name)),
                what: `Group ${name} of ${cluster} is removed`,
              }),
            }
      }
    >
      <NameField isNew={name === null} what="group" example="sql" taken={Object.keys(groups)} />
      <FormSelect<GroupValues>
        name="preferredOwners"
        label="Preferred owners"
        help="Where it runs when both nodes are up, the first before the second."
        options={ownerOrders(nodes)}
      />
      <FailoverPart />
      <FailbackPart form={form} />
      <OrderPart />
    </FormFrame>
  );
}

function OrderPart() {
  return (
    <FormPart title="Order and company">
      <FormSelect<GroupValues>
        name="priority"
        label="Priority"
        help="Which groups come online first when not all can at once."
        options={[
          { value: "high", text: "high" },
          { value: "medium", text: "medium" },
          { value: "low", text: "low" },
          { value: "noAutoStart", text: "does not start by itself" },
        ]}
      />
      <FormText<GroupValues>
        name="antiAffinity"
        label="Anti-affinity"
        mono
        help="Groups that share one of these names keep apart while two nodes are up. Separate with commas."
      />
      <FormCheck<GroupValues>
        name="persistentState"
        label="Persistent state"
        help="An order to be offline outlives a restart of the pair. Off: it comes online when the pair forms again."
      />
    </FormPart>
  );
}

function FailoverPart() {
  return (
    <FormPart title="Failover" note="How often it may move by itself before it is left offline.">
      <FieldRow>
        <FormNumber<GroupValues>
          name="threshold"
          label="Failover threshold"
          help="Failovers within the period; at the next one it is left offline."
          range={[0, 1000]}
        />
        <FormNumber<GroupValues>
          name="periodHours"
          label="Failover period, hours"
          help="0 to 1193."
          range={[0, 1193]}
        />
      </FieldRow>
    </FormPart>
  );
}

function FailbackPart({ form }: { form: ReturnType<typeof useForm<GroupValues>> }) {
  const [failback, from, to] = form.watch(["failback", "windowFrom", "windowTo"]);
  return (
    <FormPart title="Failback" note="Whether it returns to its preferred owner when that is back.">
      <FormSelect<GroupValues>
        name="failback"
        label="Failback"
        options={[
          { value: "prevent", text: "prevent: it stays until somebody moves it" },
          { value: "allow", text: "allow at once" },
          { value: "window", text: "allow between two hours" },
        ]}
        judge={(value) =>
          value === "prevent" || form.getValues("preferredOwners") !== ""
            ? true
            : "Failback needs a preferred owner to return to."
        }
      />
      {failback === "window" ? (
        <FieldRow>
          <FormSelect<GroupValues>
            name="windowFrom"
            label="From"
            help="Local time of the nodes."
            options={hours}
          />
          <FormSelect<GroupValues>
            name="windowTo"
            label="To"
            help="This hour is no longer in the window."
            options={hours}
            judge={() => (from === to ? "The window is empty: its two ends are the same hour." : true)}
          />
        </FieldRow>
      ) : null}
    </FormPart>
  );
}
