"use client";
/** Overview: the two-tier map, and above it in words whether anything needs a look. */
import { buttonLook } from "@bulkhead/ui/button.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { Empty, Page, Waiting } from "@bulkhead/ui/page.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import Link from "next/link";
import { RefusalCard } from "../api/refusal-card.tsx";
import { Lately } from "../audit/lately.tsx";
import { useLive } from "../live/live-provider.tsx";
import { newDeploymentPath } from "../shell/places.ts";
import { FleetMap } from "./fleet-map.tsx";
import { type Matter, matters, verdict } from "./matters.ts";

const memory = { role: "unknown", word: "Last known picture" } as const;

export function OverviewPage() {
  const { snapshot: fleet, link } = useLive();
  if (!fleet)
    return (
      <Page title="Overview">
        <Waiting label="Waiting for the first picture of the fleet" />
      </Page>
    );
  const open = matters(fleet);
  const summary = link === "broken" ? memory : verdict(fleet, open);
  return (
    <Page title="Overview" state={summary ? <State role={summary.role} word={summary.word} /> : null}>
      {fleet.violations
        .filter(({ rule }) => !rule.startsWith("W-"))
        .map((violation) => (
          <RefusalCard key={`${violation.rule} ${violation.message}`} refusal={violation} />
        ))}
      {open.length > 0 ? <Matters list={open} /> : null}
      {fleet.nodes.length === 0 ? <FirstSteps /> : null}
      <FleetMap fleet={fleet} />
      <Lately />
    </Page>
  );
}

function Matters({ list }: { list: readonly Matter[] }) {
  return (
    <div className="grid gap-2">
      {list.map((matter) => (
        <Notice
          key={`${matter.kind} ${matter.name}`}
          role={matter.condition.role}
          title={`${matter.name}: ${matter.condition.word.toLowerCase()}`}
          action={
            <Link href={matter.path} className={buttonLook({ size: "sm" })}>
              Open {matter.name}
            </Link>
          }
        >
          {matter.condition.why}
        </Notice>
      ))}
    </div>
  );
}

function FirstSteps() {
  return (
    <Empty
      title="Build the two rooms"
      action={
        <div className="flex flex-wrap gap-2">
          <Link href="/nodes?enrol" className={buttonLook({ look: "primary" })}>
            Enrol a node
          </Link>
          <Link href={newDeploymentPath} className={buttonLook({})}>
            Write a fleet file
          </Link>
        </div>
      }
    >
      <p>
        First enrol the machines. Then write a fleet file that puts each into one room: WLBS hosts in front, a
        pair and its witness behind. The wall between them is checked before anything changes.
      </p>
    </Empty>
  );
}
