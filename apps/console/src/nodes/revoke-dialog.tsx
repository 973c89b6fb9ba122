"use client";
/** Revoke a node: ends its right to connect. Asked for by name, because what it takes away is named. */
import { Button } from "@bulkhead/ui/button.tsx";
import { Dialog } from "@bulkhead/ui/dialog.tsx";
import { TextField } from "@bulkhead/ui/field.tsx";
import { useToast } from "@bulkhead/ui/toast.tsx";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import { useTRPC } from "../api/trpc.ts";
import type { FleetNode } from "../states/other-states.ts";

/** @param node null = closed. */
export function RevokeDialog({ node, onClose }: { node: FleetNode | null; onClose: () => void }) {
  return (
    <Dialog
      open={node !== null}
      onOpenChange={(open) => !open && onClose()}
      title={`Revoke ${node?.name ?? "node"}`}
      lead="What will happen:"
    >
      {node ? <RevokeBody key={node.name} node={node} onClose={onClose} /> : null}
    </Dialog>
  );
}

function RevokeBody({ node, onClose }: { node: FleetNode; onClose: () => void }) {
  const toast = useToast();
  const trpc = useTRPC();
  const [typed, setTyped] = useState("");
  const revoke = useMutation(
    trpc.nodes.revoke.mutationOptions({
      onSuccess: () => {
        toast("ok", `${node.name} is revoked`, "Its agent can no longer connect.");
        onClose();
      },
    }),
  );
  return (
    <div className="grid gap-4">
      <ul className="grid list-disc gap-1.5 pl-5 marker:text-muted">
        <li>The link to {node.name} is cut and its identity is refused from now on.</li>
        <li>What it runs now goes on running: revoking is no stop. Take it out of the fleet file first.</li>
        <li>To bring the machine back it must be enrolled again.</li>
      </ul>
      <TextField
        label={`Type ${node.name} to revoke it`}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        mono
        autoComplete="off"
        spellCheck={false}
      />
      <TroubleNotice error={revoke.error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep node</Button>
        <Button
          look="danger"
          blockedBy={typed === node.name ? null : `Type ${node.name} above first.`}
          disabled={revoke.isPending}
          onClick={() => revoke.mutate({ name: node.name })}
        >
          Revoke node
        </Button>
      </div>
    </div>
  );
}
