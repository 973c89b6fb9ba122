"use client";
/** Type a client: its bucket lights up and the host that answers it is named. The kernels' own hash decides. */
import { inputLook } from "@bulkhead/ui/field.tsx";
import { useId, useState } from "react";
import type { WlbsCluster } from "../states/wlbs-states.ts";
import { ownersOf } from "./bucket-model.ts";
import { affinityWords, type LookupAnswer, lookUp } from "./client-lookup.ts";
import { HostSwatch } from "./share-bar.tsx";

/** State of the field, kept by the page because the bucket picture needs the answer. */
export function useClientProbe(cluster: WlbsCluster) {
  const [text, setText] = useState("");
  const [ruleName, setRuleName] = useState<string | null>(null);
  const rule = cluster.rules.find((each) => each.name === ruleName) ?? cluster.rules[0] ?? null;
  const answer = rule ? lookUp(text, rule, cluster.hashSeed) : null;
  return { text, setText, rule, setRuleName, answer };
}

type Probe = ReturnType<typeof useClientProbe>;

/** The field and its answer. */
export function ClientProbe({ cluster, probe }: { cluster: WlbsCluster; probe: Probe }) {
  const id = useId();
  if (!probe.rule)
    return <p className="text-muted">This cluster has no port rule: its default host takes everything.</p>;
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap gap-2">
        <div className="grid min-w-56 flex-1 gap-1">
          <label htmlFor={id} className="text-dense font-medium">
            Client address and port
          </label>
          <input
            id={id}
            className={`${inputLook} font-mono text-dense`}
            placeholder="192.0.2.7:51034"
            autoComplete="off"
            spellCheck={false}
            value={probe.text}
            onChange={(event) => probe.setText(event.target.value)}
          />
        </div>
        <div className="grid gap-1">
          <label htmlFor={`${id}-rule`} className="text-dense font-medium">
            Port rule
          </label>
          <select
            id={`${id}-rule`}
            className={`${inputLook} text-dense`}
            value={probe.rule.name}
            onChange={(event) => probe.setRuleName(event.target.value)}
          >
            {cluster.rules.map((rule) => (
              <option key={rule.name} value={rule.name}>
                {rule.name} (
                {rule.startPort === rule.endPort ? rule.startPort : `${rule.startPort}-${rule.endPort}`})
              </option>
            ))}
          </select>
        </div>
      </div>
      <div aria-live="polite" className="min-h-10">
        <ProbeAnswer cluster={cluster} affinity={affinityWords[probe.rule.affinity]} answer={probe.answer} />
      </div>
    </div>
  );
}

function ProbeAnswer({
  cluster,
  affinity,
  answer,
}: {
  cluster: WlbsCluster;
  affinity: string;
  answer: LookupAnswer | null;
}) {
  if (!answer)
    return (
      <p className="text-dense text-muted">
        Every kernel hashes {affinity} of the client; only the owner of the bucket keeps the packet.
      </p>
    );
  if ("problem" in answer) return <p className="text-dense text-warn">{answer.problem}</p>;
  const owner = ownersOf(cluster.table)?.[answer.bucket] ?? 0;
  const host = cluster.hosts.find((each) => each.hostId === owner);
  return (
    <p className="flex flex-wrap items-center gap-x-2">
      <span className="font-mono text-dense">
        {answer.address}
        {answer.port === null ? "" : `:${answer.port}`}
      </span>
      is bucket {answer.bucket}, answered by
      <span className="inline-flex items-center gap-1.5 font-medium">
        {host ? <HostSwatch hostId={host.hostId} /> : null}
        {host?.node ?? "nobody"}
      </span>
    </p>
  );
}
