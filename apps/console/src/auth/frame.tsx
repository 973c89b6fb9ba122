/** The quiet frame of the pages before the sign-in: mark, one question, nothing else. */
import type { ReactNode } from "react";
import { Logo } from "../shell/logo.tsx";

export function AuthFrame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[392px] flex-col justify-center gap-6 px-6 py-12">
      <Logo className="size-9" />
      <div>
        <h1 className="text-title font-semibold tracking-[-0.012em]">{title}</h1>
        <p className="mt-1 text-muted">{lead}</p>
      </div>
      {children}
    </main>
  );
}
