/** Everything behind the sign-in. */
import type { ReactNode } from "react";
import { ConsoleShell } from "../../src/shell/console-shell.tsx";

export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return <ConsoleShell>{children}</ConsoleShell>;
}
