/** Route: What-if. The query says about what, so the page waits for the browser. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { WhatIfPage } from "../../../src/mscs/what-if/what-if-page.tsx";

export const metadata: Metadata = { title: "What-if" };

export default function Route() {
  return (
    <Suspense>
      <WhatIfPage />
    </Suspense>
  );
}
