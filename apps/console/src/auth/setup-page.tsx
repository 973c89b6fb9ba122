"use client";
/** The first administrator, by the one-time link that the controller printed. */
import { Button } from "@bulkhead/ui/button.tsx";
import { TextField } from "@bulkhead/ui/field.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { type FormEvent, useState } from "react";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import { useTRPC } from "../api/trpc.ts";
import { AuthFrame } from "./frame.tsx";
import { signIn, textOf } from "./session.ts";

const passwordLengthMin = 12;

export function SetupPage() {
  const trpc = useTRPC();
  const token = useSearchParams().get("token") ?? "";
  const needed = useQuery(trpc.setup.needed.queryOptions());
  if (needed.data === false) {
    return (
      <AuthFrame
        title="Already set up"
        lead="This controller has an administrator. The setup link worked once and is spent."
      >
        <a href="/sign-in" className="font-medium text-active underline underline-offset-2">
          Sign in
        </a>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame
      title="Create the first administrator"
      lead="With this account you enrol nodes, deploy the fleet file and create API tokens."
    >
      {token === "" ? (
        <Notice role="warn" title="The token is missing from the address">
          Open the whole setup link that the controller printed when it started.
        </Notice>
      ) : null}
      <SetupForm token={token} />
    </AuthFrame>
  );
}

function SetupForm({ token }: { token: string }) {
  const trpc = useTRPC();
  const [busy, setBusy] = useState(false);
  const [weak, setWeak] = useState<string | null>(null);
  const complete = useMutation(trpc.setup.complete.mutationOptions());
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const read = (name: string) => textOf(form.get(name));
    const password = read("password");
    if (password.length < passwordLengthMin)
      return setWeak(`Use at least ${passwordLengthMin} characters; a short sentence is easy to keep.`);
    setWeak(null);
    setBusy(true);
    try {
      await complete.mutateAsync({ token, name: read("name"), email: read("email"), password });
      await signIn(read("email"), password);
      location.assign("/");
    } catch {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="grid gap-4">
      <TextField
        label="Name"
        name="name"
        autoComplete="name"
        required
        help="Shown in the audit log beside everything you do."
      />
      <TextField label="E-mail address" name="email" type="email" autoComplete="username" required />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        error={weak}
        help={`At least ${passwordLengthMin} characters.`}
      />
      <TroubleNotice error={complete.error} />
      <Button type="submit" look="primary" size="lg" disabled={busy || token === ""}>
        {busy ? "Creating" : "Create administrator"}
      </Button>
    </form>
  );
}
