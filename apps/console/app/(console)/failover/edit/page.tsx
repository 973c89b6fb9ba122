/** Route: the forms of the back tier. The query says which one, so the page waits for the browser. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { EditPage } from "../../../../src/mscs/forms/edit-page.tsx";

export const metadata: Metadata = { title: "Edit the back tier" };

export default function Route() {
  return (
    <Suspense>
      <EditPage />
    </Suspense>
  );
}
