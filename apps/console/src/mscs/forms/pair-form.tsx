"use client";
/** A pair as a form: two nodes, a witness, networks, fencing. */
import type { NodeSnapshot } from "@bulkhead/api";
import { buttonLook } from "@bulkhead/ui/button.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import Link from "next/link";
import { useForm } from "react-hook-form";
import { valueAt, without } from "../../fleet-file/fleet-document.ts";
import { mscsPath } from "../../shell/places.ts";
import { FencingPart } from "./fencing-part.tsx";
import { FieldRow, FormNumber, FormPart, FormSelect } from "./fields.tsx";
import { patched } from "./file-patch.ts";
import { FormFrame } from "./form-frame.tsx";
import { NameField } from "./name-field.tsx";
import { NetworksPart } from "./networks-part.tsx";
import { freeNodes, type PairValues, pairFile, pairValues } from "./pair-values.ts";

interface PairFormProps {
  yaml: string;
  nodes: readonly NodeSnapshot[];
  /** Null = a new pair. */
  name: string | null;
}

export function PairForm({ yaml, nodes, name }: PairFormProps) {
  const pairs = (valueAt(yaml, ["mscs"]) ?? {}) as Record<string, Record<string, unknown>>;
  const before = pairValues(name ?? "", name ? (pairs[name] ?? {}) : {});
  const form = useForm<PairValues>({ defaultValues: before });
  const free = freeNodes(nodes, name ?? "");
  const options = free.map((node) => ({
    value: node.name,
    text: node.online ? node.name : `${node.name} (no link)`,
  }));
  const back = name === null ? "/failover" : mscsPath(name);
  return (
    <FormFrame
      title={name === null ? "New pair" : `Edit ${name}`}
      trail={<Link href={back}>{name ?? "Failover"}</Link>}
      lead="Two nodes and a witness. The agents set up Corosync and Pacemaker on them when the plan is applied."
      form={form}
      back={back}
      onWrite={(values) => ({
        yaml: patched(yaml, ["mscs", values.name], {
          before: pairFile(before),
          now: { ...pairFile(values), ...(name === null ? { groups: {} } : {}) },
        }),
        what:
          name === null
            ? `A new pair ${values.name} of ${values.first} and ${values.second}`
            : `The pair ${name}`,
      })}
      remove={
        name === null
          ? null
          : {
              label: `Remove ${name}`,
              onRemove: () => ({ yaml: without(yaml, ["mscs", name]), what: `The pair ${name} is removed` }),
            }
      }
    >
      {name === null && free.length < 2 ? <TooFew count={free.length} /> : null}
      <NameField isNew={name === null} what="pair" example="data" taken={Object.keys(pairs)} />
      <NodesPart form={form} options={options} />
      <NetworksPart form={form} nodes={nodes} isNew={name === null} />
      <FencingPart />
      <FormPart title="Detection">
        <FormNumber<PairValues>
          name="tokenMs"
          label="Token, ms"
          help="A node is lost after this time without a sign of life. Below 1000 healthy nodes fence each other under load."
          range={[1000, 30_000]}
        />
      </FormPart>
    </FormFrame>
  );
}

const none = { value: "", text: "choose" };
const chosen = (value: string) => (value === "" ? "Choose a node." : true);

function NodesPart({ form, options }: WitnessFieldProps) {
  return (
    <FormPart title="Nodes" note="Enrolled machines that are in no WLBS cluster and in no other pair.">
      <FieldRow>
        <FormSelect<PairValues> name="first" label="First node" options={[none, ...options]} judge={chosen} />
        <FormSelect<PairValues>
          name="second"
          label="Second node"
          options={[none, ...options]}
          judge={(value) =>
            value !== "" && value === form.getValues("first")
              ? "A pair has two different nodes."
              : chosen(value)
          }
        />
      </FieldRow>
      <WitnessField form={form} options={options} />
    </FormPart>
  );
}

interface WitnessFieldProps {
  form: ReturnType<typeof useForm<PairValues>>;
  options: readonly { value: string; text: string }[];
}

function WitnessField({ form, options }: WitnessFieldProps) {
  const [first, second, witness] = form.watch(["first", "second", "witness"]);
  const others = options.filter(({ value }) => value !== first && value !== second);
  return (
    <>
      <FormSelect<PairValues>
        name="witness"
        label="Witness"
        help="A third machine with a vote; it runs no group."
        options={[{ value: "", text: "none" }, ...others]}
      />
      {witness === "" ? (
        <Notice role="bad" title="Without a witness the pair is not protected">
          When one node dies, the other cannot know whether it may go on. Shared disks are refused.
        </Notice>
      ) : null}
    </>
  );
}

function TooFew({ count }: { count: number }) {
  return (
    <Notice
      role="warn"
      title={count === 0 ? "No enrolled node is free" : "Only one enrolled node is free"}
      action={
        <Link href="/nodes?enrol" className={buttonLook({ size: "sm" })}>
          Enrol a node
        </Link>
      }
    >
      A pair needs two nodes, and a third machine as witness.
    </Notice>
  );
}
