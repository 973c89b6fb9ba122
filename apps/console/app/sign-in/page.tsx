/** Route: Sign in. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { SignInPage } from "../../src/auth/sign-in-page.tsx";

export const metadata: Metadata = { title: "Sign in" };

export default function Route() {
  return (
    <Suspense>
      <SignInPage />
    </Suspense>
  );
}
