"use client";
/** Sign in. On a controller that has no administrator yet it tells where to begin. */
import { Button } from "@bulkhead/ui/button.tsx";
import { TextField } from "@bulkhead/ui/field.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { type FormEvent, useState } from "react";
import { useTRPC } from "../api/trpc.ts";
import { safeNext } from "../shell/places.ts";
import { AuthFrame } from "./frame.tsx";
import { signIn, textOf } from "./session.ts";

export function SignInPage() {
  const trpc = useTRPC();
  const setup = useQuery(trpc.setup.needed.queryOptions());
  const next = safeNext(useSearchParams().get("next"));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    const refused = await signIn(textOf(form.get("email")), textOf(form.get("password"))).catch(
      () => "The controller does not answer. See that it runs, then try again.",
    );
    if (refused === null) return location.assign(next);
    setProblem(refused);
    setBusy(false);
  };
  return (
    <AuthFrame title="Sign in to Bulkhead" lead="Console of a two-tier high-availability fleet.">
      {setup.data === true ? (
        <Notice role="warn" title="This controller has no administrator yet">
          Open the setup link that the controller printed when it started. It works once.
        </Notice>
      ) : null}
      <form onSubmit={(event) => void submit(event)} className="grid gap-4">
        <TextField
          label="E-mail address"
          name="email"
          type="email"
          autoComplete="username"
          required
          autoFocus
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        {problem ? <Notice role="bad" title={problem} live /> : null}
        <Button type="submit" look="primary" size="lg" disabled={busy}>
          {busy ? "Signing in" : "Sign in"}
        </Button>
      </form>
    </AuthFrame>
  );
}
