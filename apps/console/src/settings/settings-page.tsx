"use client";
/** Settings: API tokens, who I am, how it looks. */
import { useHydrated } from "@bulkhead/ui/hydrated.ts";
import { Facts, Page, Section } from "@bulkhead/ui/page.tsx";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../api/trpc.ts";
import { contrastOptions, themeOptions, useContrast, useTheme } from "../shell/theme.ts";
import { Choice } from "./choice.tsx";
import { Tokens } from "./tokens.tsx";

export function SettingsPage() {
  const trpc = useTRPC();
  const isHydrated = useHydrated();
  const { data } = useQuery(trpc.session.me.queryOptions());
  // The person menu asks for the same and may have its answer before this page is taken over.
  const me = isHydrated ? data : undefined;
  const [theme, setTheme] = useTheme();
  const [contrast, setContrast] = useContrast();
  return (
    <Page title="Settings">
      <Section
        title="API tokens"
        note="For the command line and for scripts. A token may do whatever you may."
      >
        <Tokens />
      </Section>
      <Section title="Profile">
        <Facts
          items={[
            { term: "Name", value: me?.name ?? "–" },
            { term: "Signed in by", value: me?.kind === "token" ? "API token" : "e-mail and password" },
          ]}
        />
      </Section>
      <Section title="Appearance" note="Kept in this browser.">
        <div className="flex flex-wrap gap-x-10 gap-y-4">
          <Choice label="Theme" value={theme} onChange={setTheme} options={themeOptions} />
          <Choice label="Contrast" value={contrast} onChange={setContrast} options={contrastOptions} />
        </div>
      </Section>
    </Page>
  );
}
