/** Route: Alerts. */
import type { Metadata } from "next";
import { AlertsPage } from "../../../src/alerts/alerts-page.tsx";

export const metadata: Metadata = { title: "Alerts" };

export default function Route() {
  return <AlertsPage />;
}
