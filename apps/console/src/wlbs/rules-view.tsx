"use client";
/** The port rules, and one of them in detail: its state on every host, and its buckets. */
import { Section } from "@bulkhead/ui/page.tsx";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import { newDeploymentPath } from "../shell/places.ts";
import type { WlbsRule } from "../states/wlbs-states.ts";
import { BucketField } from "./bucket-field.tsx";
import { RuleHosts } from "./rule-hosts.tsx";
import { affinityText, probeDetail, probeText, ruleText } from "./rule-text.ts";
import { RulesTable } from "./rules-table.tsx";
import { useTables } from "./use-tables.ts";
import type { ViewProps } from "./view-props.ts";

export function RulesView(props: ViewProps) {
  const { cluster } = props;
  const wanted = useSearchParams().get("rule");
  const rule = cluster.rules.find(({ name }) => name === wanted) ?? cluster.rules[0] ?? null;
  return (
    <>
      <Section
        title="Port rules"
        note="Traffic that no rule covers goes to the default host."
        actions={
          <Link href={newDeploymentPath} className="text-dense font-medium text-active hover:underline">
            Change the fleet file
          </Link>
        }
      >
        <RulesTable {...props} current={rule?.name ?? null} />
      </Section>
      {rule ? <RuleDetail key={rule.name} {...props} rule={rule} /> : null}
    </>
  );
}

function RuleDetail({ rule, ...props }: ViewProps & { rule: WlbsRule }) {
  const { cluster } = props;
  const { memory, error } = useTables(cluster);
  return (
    <div className="grid gap-x-10 gap-y-8 xl:grid-cols-[minmax(0,11fr)_minmax(0,10fr)]">
      <Section
        title={`Rule ${rule.name} on each host`}
        note={`${ruleText(rule)} to ${rule.vip ?? "all virtual IPs"}`}
      >
        <div className="grid gap-3">
          <RuleHosts {...props} rule={rule} />
          <RuleWords rule={rule} />
        </div>
      </Section>
      {rule.mode === "disabled" ? null : (
        <Section title={`Buckets of ${rule.name}`} note={`epoch ${cluster.epoch ?? "none yet"}`}>
          <TroubleNotice error={error} />
          <BucketField cluster={cluster} rule={rule} memory={memory} lit={null} />
        </Section>
      )}
    </div>
  );
}

function RuleWords({ rule }: { rule: WlbsRule }) {
  const detail = probeDetail(rule);
  return (
    <dl className="grid gap-x-4 gap-y-1 text-dense sm:grid-cols-[90px_minmax(0,1fr)]">
      {rule.mode === "multiple" ? (
        <>
          <dt className="text-muted">Affinity</dt>
          <dd>{affinityText(rule)}</dd>
        </>
      ) : null}
      <dt className="text-muted">Probe</dt>
      <dd>
        <span className="font-mono text-[0.93em] break-all">{probeText(rule)}</span>
        {detail ? <span className="block text-muted">{detail}</span> : null}
      </dd>
    </dl>
  );
}
