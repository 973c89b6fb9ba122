/** Route: Deployments. The query says which one, so the page waits for the browser. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { DeploymentsPage } from "../../../src/deployments/deployments-page.tsx";

export const metadata: Metadata = { title: "Deployments" };

export default function Route() {
  return (
    <Suspense>
      <DeploymentsPage />
    </Suspense>
  );
}
