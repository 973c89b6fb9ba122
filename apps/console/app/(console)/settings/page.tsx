/** Route: Settings. The query says which one, so the page waits for the browser. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { SettingsPage } from "../../../src/settings/settings-page.tsx";

export const metadata: Metadata = { title: "Settings" };

export default function Route() {
  return (
    <Suspense>
      <SettingsPage />
    </Suspense>
  );
}
