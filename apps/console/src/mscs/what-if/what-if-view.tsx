"use client";
/** What-if as a view of the pair's page. */
import { Section } from "@bulkhead/ui/page.tsx";
import type { PairViewProps } from "../pair-view-props.ts";
import { WhatIfPanel } from "./what-if-panel.tsx";

export function WhatIfView({ cluster }: PairViewProps) {
  return (
    <Section title="What if" note="asking changes nothing">
      <WhatIfPanel cluster={cluster} />
    </Section>
  );
}
