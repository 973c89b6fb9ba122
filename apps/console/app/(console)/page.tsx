/** Route: the overview, two rooms and a wall. */
import type { Metadata } from "next";
import { OverviewPage } from "../../src/map/overview-page.tsx";

export const metadata: Metadata = { title: "Overview" };

export default function Route() {
  return <OverviewPage />;
}
