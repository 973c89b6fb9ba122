"use client";
/** All that is red, amber or without news in the fleet, newest first, each with what to do and the way to it. */
import { buttonLook } from "@bulkhead/ui/button.tsx";
import { SelectField } from "@bulkhead/ui/field.tsx";
import { plural } from "@bulkhead/ui/format.ts";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { Empty, Page, Waiting } from "@bulkhead/ui/page.tsx";
import { SearchField } from "@bulkhead/ui/search-field.tsx";
import { State, type StateRole, worstRole } from "@bulkhead/ui/state.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import Link from "next/link";
import { useState } from "react";
import { useLive } from "../live/live-provider.tsx";
import { auditPath } from "../shell/places.ts";
import { type Alert, alertsOf } from "./alerts.ts";
import { found } from "./found.ts";

const lead =
  "What needs a look anywhere in the fleet. It leaves the list when it has ended; the audit log keeps it.";

export function AlertsPage() {
  const { snapshot: fleet, link } = useLive();
  if (!fleet)
    return (
      <Page title="Alerts">
        <Waiting label="Waiting for the first picture of the fleet" />
      </Page>
    );
  const alerts = alertsOf(fleet);
  return (
    <Page
      title="Alerts"
      state={link === "broken" ? null : <Summary alerts={alerts} />}
      lead={lead}
      actions={
        <Link href={auditPath("violation")} className={buttonLook({})}>
          Past violations
        </Link>
      }
    >
      {alerts.length === 0 ? <Calm /> : <Alerts alerts={alerts} />}
    </Page>
  );
}

function Calm() {
  return (
    <Empty title="Nothing needs a look">
      <p>Here stands what breaks the wall, what hosts and pairs find wrong, and nodes that do not report.</p>
    </Empty>
  );
}

function Alerts({ alerts }: { alerts: readonly Alert[] }) {
  const [text, setText] = useState("");
  const [role, setRole] = useState<StateRole | "">("");
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <SearchField
          label="Find an alert"
          placeholder="Node, cluster or word"
          value={text}
          onChange={setText}
        />
        <SelectField
          label="Kind"
          value={role}
          onChange={(event) => setRole(event.target.value as StateRole | "")}
        >
          <option value="">all</option>
          <option value="bad">failed</option>
          <option value="warn">warnings</option>
          <option value="unknown">no news</option>
        </SelectField>
      </div>
      <AlertList alerts={found(alerts, { text, role })} />
    </>
  );
}

function Summary({ alerts }: { alerts: readonly Alert[] }) {
  return alerts.length === 0 ? (
    <State role="ok" word="All quiet" />
  ) : (
    <State role={worstRole(alerts.map(({ role }) => role))} word={plural(alerts.length, "alert")} />
  );
}

function AlertList({ alerts }: { alerts: readonly Alert[] }) {
  if (alerts.length === 0) return <p className="text-muted">No alert fits this filter.</p>;
  return (
    <ul aria-label="Alerts" className="grid gap-2">
      {alerts.map((alert) => (
        <li key={alert.id}>
          <AlertItem alert={alert} />
        </li>
      ))}
    </ul>
  );
}

const kindWords: Record<Alert["kind"], string> = {
  wall: "The wall",
  wlbs: "WLBS cluster",
  mscs: "Pair",
  node: "Node",
};

function AlertItem({ alert: { role, kind, name, path, text, cure, since } }: { alert: Alert }) {
  return (
    <Notice
      role={role}
      title={text}
      action={
        <Link href={path} className={buttonLook({ size: "sm" })}>
          Open {kind === "wall" ? "what clashes" : name}
        </Link>
      }
    >
      {cure === null ? null : (
        <p className="break-words">
          <span className="font-medium">Way out: </span>
          {cure}
        </p>
      )}
      <p className="text-dense text-muted">
        {kindWords[kind]} {name}
        {since === null ? null : (
          <>
            , first seen <TimeAgo at={since} />
          </>
        )}
      </p>
    </Notice>
  );
}
