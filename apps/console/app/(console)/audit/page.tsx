/** Route: Audit. The query says which one, so the page waits for the browser. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { AuditPage } from "../../../src/audit/audit-page.tsx";

export const metadata: Metadata = { title: "Audit" };

export default function Route() {
  return (
    <Suspense>
      <AuditPage />
    </Suspense>
  );
}
