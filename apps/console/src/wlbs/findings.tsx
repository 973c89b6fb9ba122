/** What the admin must know and no state shows: what is seen, since when, by whom, the evidence, and what ends it. */
import { Disclosure } from "@bulkhead/ui/disclosure.tsx";
import { plural } from "@bulkhead/ui/format.ts";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { listed } from "../acts/consequence.ts";
import type { WlbsCluster } from "../states/wlbs-states.ts";

type Finding = WlbsCluster["findings"][number];

/** More than these would push what they are about off the screen. */
const shownMax = 3;

/** Worst first, as the controller sorts them. Nothing while there is nothing to say. */
export function Findings({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  const rest = findings.slice(shownMax);
  return (
    <section aria-label="Findings" className="grid gap-2">
      {findings.slice(0, shownMax).map((finding) => (
        <FindingNotice key={keyOf(finding)} finding={finding} />
      ))}
      {rest.length > 0 ? (
        <Disclosure summary={`${plural(rest.length, "more finding")}`}>
          <div className="grid gap-2">
            {rest.map((finding) => (
              <FindingNotice key={keyOf(finding)} finding={finding} />
            ))}
          </div>
        </Disclosure>
      ) : null}
    </section>
  );
}

const keyOf = ({ kind, text }: Finding) => `${kind} ${text}`;

function FindingNotice({ finding }: { finding: Finding }) {
  const { severity, text, cure, evidence, hosts, since } = finding;
  return (
    <Notice role={severity === "error" ? "bad" : "warn"} title={text}>
      <p>
        <span className="font-medium">Way out: </span>
        {cure}
      </p>
      <div className="mt-1 flex flex-wrap items-start gap-x-4 gap-y-1 text-dense text-muted">
        <span>
          first seen <TimeAgo at={since} />
        </span>
        {hosts.length > 0 ? <span>{listed(hosts)}</span> : null}
        <span className="font-mono text-[12px]">{finding.kind}</span>
        {evidence.length > 0 ? (
          <Disclosure summary={`Evidence (${evidence.length})`} className="open:basis-full">
            <ul className="grid gap-1 border-l-2 border-line-strong pl-3 font-mono text-[12.5px] leading-5 break-words text-text">
              {evidence.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </Disclosure>
        ) : null}
      </div>
    </Notice>
  );
}
