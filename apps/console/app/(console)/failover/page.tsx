/** Route: Failover. The query says which one, so the page waits for the browser. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { FailoverPage } from "../../../src/mscs/failover-page.tsx";

export const metadata: Metadata = { title: "Failover" };

export default function Route() {
  return (
    <Suspense>
      <FailoverPage />
    </Suspense>
  );
}
