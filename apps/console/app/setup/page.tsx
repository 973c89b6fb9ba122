/** Route: First administrator. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { SetupPage } from "../../src/auth/setup-page.tsx";

export const metadata: Metadata = { title: "First administrator" };

export default function Route() {
  return (
    <Suspense>
      <SetupPage />
    </Suspense>
  );
}
