"use client";
/** The networks of a pair: rows that can be added and taken away, and what the chosen nodes have in common. */
import type { NodeSnapshot } from "@bulkhead/api";
import { Button } from "@bulkhead/ui/button.tsx";
import { Plus, Trash2 } from "lucide-react";
import { useFieldArray, type useForm } from "react-hook-form";
import { FormPart, FormSelect, FormText } from "./fields.tsx";
import { judgeName, judgeSubnet } from "./judges.ts";
import { commonSubnets, offeredNetworks, type PairValues } from "./pair-values.ts";

interface NetworksPartProps {
  form: ReturnType<typeof useForm<PairValues>>;
  nodes: readonly NodeSnapshot[];
  isNew: boolean;
}

const roles = [
  { value: "both", text: "both: heartbeats and clients" },
  { value: "internal", text: "internal: heartbeats only" },
  { value: "client", text: "client: no heartbeats" },
];

export function NetworksPart({ form, nodes, isNew }: NetworksPartProps) {
  const rows = useFieldArray({ control: form.control, name: "networks" });
  const [first, second] = form
    .watch(["first", "second"])
    .map((name) => nodes.find((node) => node.name === name));
  const shared = first && second && first !== second ? commonSubnets(first, second) : [];
  return (
    <FormPart
      title="Networks"
      note="Two of them carry heartbeats independently; with one, a cut cable costs a node."
    >
      {rows.fields.map((row, i) => (
        <div
          key={row.id}
          className="grid items-start gap-3 sm:grid-cols-[minmax(0,3fr)_minmax(0,4fr)_minmax(0,5fr)_auto]"
        >
          <FormText<PairValues>
            name={`networks.${i}.name`}
            label="Name"
            mono
            judge={(text) => judgeName(text, [])}
          />
          <FormText<PairValues> name={`networks.${i}.subnet`} label="Network" mono judge={judgeSubnet} />
          <FormSelect<PairValues> name={`networks.${i}.role`} label="Role" options={roles} />
          <Button
            look="quiet"
            size="icon"
            className="sm:mt-6"
            aria-label={`Take network ${row.name} away`}
            onClick={() => rows.remove(i)}
          >
            <Trash2 aria-hidden />
          </Button>
        </div>
      ))}
      <div className="flex flex-wrap gap-2">
        <Button size="sm" onClick={() => rows.append({ name: "", subnet: "", role: "internal" })}>
          <Plus aria-hidden /> Add a network
        </Button>
        {isNew && shared.length > 0 ? (
          <Button size="sm" onClick={() => rows.replace(offeredNetworks(shared))}>
            Take what both nodes have: {shared.slice(0, 2).join(" and ")}
          </Button>
        ) : null}
      </div>
    </FormPart>
  );
}
