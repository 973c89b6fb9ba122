/** Route: Load balancing. The query says which one, so the page waits for the browser. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { LoadBalancingPage } from "../../../src/wlbs/load-balancing-page.tsx";

export const metadata: Metadata = { title: "Load balancing" };

export default function Route() {
  return (
    <Suspense>
      <LoadBalancingPage />
    </Suspense>
  );
}
