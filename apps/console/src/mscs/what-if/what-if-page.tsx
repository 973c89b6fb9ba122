"use client";
/** The place in the rail: what-if for any pair of the fleet, or for a plan. */
import { buttonLook } from "@bulkhead/ui/button.tsx";
import { SelectField } from "@bulkhead/ui/field.tsx";
import { Empty, Page, Section, Waiting } from "@bulkhead/ui/page.tsx";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useFleet } from "../../live/live-provider.tsx";
import { Choice } from "../../settings/choice.tsx";
import { pairFormPath, whatIfPath } from "../../shell/places.ts";
import type { MscsCluster } from "../../states/mscs-states.ts";
import { PlanPanel } from "./plan-panel.tsx";
import { WhatIfPanel } from "./what-if-panel.tsx";

const lead =
  "What an event or a plan would do: which group goes where, in which order, what stops. Asking changes nothing.";

export function WhatIfPage() {
  const fleet = useFleet();
  return (
    <Page title="What-if" lead={lead}>
      {fleet ? <Body pairs={fleet.mscs} /> : <Waiting />}
    </Page>
  );
}

function Body({ pairs }: { pairs: readonly MscsCluster[] }) {
  const query = useSearchParams();
  const router = useRouter();
  const plan = query.get("plan");
  return (
    <>
      <Choice
        label="About"
        value={plan === null ? "event" : "plan"}
        onChange={(next) => router.replace(next === "plan" ? whatIfPath({ plan: "" }) : whatIfPath())}
        options={[
          { value: "event", label: "An event on a pair" },
          { value: "plan", label: "A plan" },
        ]}
      />
      {plan === null ? (
        <EventOnPair pairs={pairs} name={query.get("cluster")} />
      ) : (
        <PlanPanel
          live={pairs.map(({ name }) => name)}
          plan={plan}
          onPlan={(id) => router.replace(whatIfPath({ plan: id }))}
        />
      )}
    </>
  );
}

function EventOnPair({ pairs, name }: { pairs: readonly MscsCluster[]; name: string | null }) {
  const cluster = pairs.find((pair) => pair.name === name) ?? pairs[0];
  if (!cluster) return <NoPair />;
  return (
    <Section
      title={cluster.name}
      actions={pairs.length > 1 ? <PairField pairs={pairs} here={cluster.name} /> : null}
    >
      <WhatIfPanel key={cluster.name} cluster={cluster} />
    </Section>
  );
}

function PairField({ pairs, here }: { pairs: readonly MscsCluster[]; here: string }) {
  const router = useRouter();
  return (
    <SelectField
      label="Pair"
      value={here}
      onChange={(event) => router.replace(whatIfPath({ cluster: event.target.value }))}
    >
      {pairs.map(({ name }) => (
        <option key={name}>{name}</option>
      ))}
    </SelectField>
  );
}

function NoPair() {
  return (
    <Empty
      title="No MSCS pair to ask about"
      action={
        <Link href={pairFormPath(null)} className={buttonLook({ look: "primary" })}>
          New pair
        </Link>
      }
    >
      What-if plays events through on the pairs of the back tier: the loss of a node, a failed resource, a cut
      cable.
    </Empty>
  );
}
