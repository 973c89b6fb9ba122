"use client";
/** API tokens: make one, see it once, end it. */
import { Button } from "@bulkhead/ui/button.tsx";
import { CopyBlock } from "@bulkhead/ui/copy.tsx";
import { type Column, DataTable } from "@bulkhead/ui/data-table.tsx";
import { TextField } from "@bulkhead/ui/field.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { Waiting } from "@bulkhead/ui/page.tsx";
import { TimeAgo } from "@bulkhead/ui/time-ago.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import { type Outputs, useTRPC } from "../api/trpc.ts";

type Token = Outputs["tokens"]["list"][number];

function useTokens() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const again = () => void queries.invalidateQueries({ queryKey: trpc.tokens.list.queryKey() });
  const list = useQuery(trpc.tokens.list.queryOptions());
  const create = useMutation(trpc.tokens.create.mutationOptions({ onSuccess: again }));
  const revoke = useMutation(trpc.tokens.revoke.mutationOptions({ onSuccess: again }));
  return { list, create, revoke };
}

export function Tokens() {
  const { list, create, revoke } = useTokens();
  const columns: Column<Token>[] = [
    {
      id: "name",
      header: "Name",
      value: (token) => token.name,
      cell: (token) => <span className="font-medium">{token.name}</span>,
    },
    {
      id: "created",
      header: "Created",
      value: (token) => token.createdAt,
      cell: (token) => <TimeAgo at={token.createdAt} />,
    },
    {
      id: "used",
      header: "Last used",
      value: (token) => token.lastUsedAt,
      cell: (token) => <TimeAgo at={token.lastUsedAt} />,
    },
    {
      id: "acts",
      header: "",
      align: "right",
      cell: (token) => <RevokeButton token={token} onRevoke={() => revoke.mutate({ id: token.id })} />,
    },
  ];
  return (
    <div className="grid gap-4">
      <NewToken busy={create.isPending} onCreate={(name) => create.mutate({ name })} />
      {create.data ? (
        <Notice role="ok" title="The token, shown only now" live>
          <CopyBlock label="API token" text={create.data.token} className="mt-2" />
          <p className="mt-2">
            Use it as <span className="font-mono text-[12.5px]">Authorization: Bearer TOKEN</span>. Keep it
            like a password.
          </p>
        </Notice>
      ) : null}
      <TroubleNotice error={create.error ?? revoke.error ?? list.error} />
      {list.isPending ? (
        <Waiting />
      ) : (
        <DataTable
          label="API tokens"
          columns={columns}
          rows={list.data ?? []}
          rowKey={(token) => token.id}
          empty="No API token yet. Create one to use the bulkhead command from another machine."
        />
      )}
    </div>
  );
}

function NewToken({ busy, onCreate }: { busy: boolean; onCreate: (name: string) => void }) {
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "") return;
    onCreate(name.trim());
    setName("");
  };
  return (
    <form onSubmit={submit} className="flex max-w-lg items-end gap-2">
      <TextField
        className="flex-1"
        label="Name of the new token"
        placeholder="nightly backup"
        value={name}
        onChange={(event) => setName(event.target.value)}
        maxLength={100}
        autoComplete="off"
      />
      <Button
        type="submit"
        className="h-9"
        disabled={busy}
        blockedBy={name.trim() === "" ? "Give the token a name that tells where it is used." : null}
      >
        Create token
      </Button>
    </form>
  );
}

/** Two presses: the second one names what ends. */
function RevokeButton({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  const [asked, setAsked] = useState(false);
  if (!asked)
    return (
      <Button look="quiet" size="sm" onClick={() => setAsked(true)}>
        Revoke
      </Button>
    );
  return (
    <Button look="danger" size="sm" onClick={onRevoke} onBlur={() => setAsked(false)} autoFocus>
      End {token.name} now
    </Button>
  );
}
