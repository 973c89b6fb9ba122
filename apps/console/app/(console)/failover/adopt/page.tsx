/** Route: adopting a pair. The query says which one, so the page waits for the browser. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { AdoptPage } from "../../../../src/mscs/adoption/adopt-page.tsx";

export const metadata: Metadata = { title: "Adopt a pair" };

export default function Route() {
  return (
    <Suspense>
      <AdoptPage />
    </Suspense>
  );
}
