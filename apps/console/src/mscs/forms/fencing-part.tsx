"use client";
/** Fencing of a pair: the agent that switches a lost node off, and its parameters. */
import { Notice } from "@bulkhead/ui/notice.tsx";
import { useFormContext } from "react-hook-form";
import { FormLines, FormPart, FormText } from "./fields.tsx";
import { judgeParameters } from "./judges.ts";
import type { PairValues } from "./pair-values.ts";

const usual = [
  "fence_ipmilan",
  "fence_redfish",
  "fence_virsh",
  "fence_vmware_rest",
  "fence_aws",
  "fence_gce",
  "fence_apc_snmp",
];

export function FencingPart() {
  const { watch } = useFormContext<PairValues>();
  const [agent, first, second] = watch(["fenceAgent", "first", "second"]);
  return (
    <FormPart title="Fencing" note="How a lost node is switched off, so that nothing runs twice.">
      <FormText<PairValues>
        name="fenceAgent"
        label="Fence agent"
        mono
        list="fence-agents"
        help="An executable in /usr/sbin of both nodes, for example fence_ipmilan."
        judge={(text) =>
          text === "" || /^fence_[a-z0-9_]+$/.test(text) || "Name a fence agent, for example fence_ipmilan."
        }
      />
      <datalist id="fence-agents">
        {usual.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {agent.trim() === "" ? (
        <Notice role="bad" title="Without fencing the pair is not protected">
          A lost node may go on writing while its groups start on the other one. Shared disks are refused.
        </Notice>
      ) : (
        <>
          <FormLines<PairValues>
            name="fenceAll"
            label="Parameters for both nodes"
            help="NAME=VALUE on each line. No passwords here: name a file on the nodes, for example passwd_script."
            judge={judgeParameters}
          />
          <FormLines<PairValues>
            name="fenceFirst"
            label={`Parameters for ${first || "the first node"}`}
            help="For example ip=192.0.2.1."
            judge={judgeParameters}
          />
          <FormLines<PairValues>
            name="fenceSecond"
            label={`Parameters for ${second || "the second node"}`}
            judge={judgeParameters}
          />
        </>
      )}
    </FormPart>
  );
}
