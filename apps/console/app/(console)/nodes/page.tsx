/** Route: Nodes. The query says which one, so the page waits for the browser. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { NodesPage } from "../../../src/nodes/nodes-page.tsx";

export const metadata: Metadata = { title: "Nodes" };

export default function Route() {
  return (
    <Suspense>
      <NodesPage />
    </Suspense>
  );
}
