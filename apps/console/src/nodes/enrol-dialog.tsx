"use client";
/** Enrolment: name the node, get the install command, watch it appear. The token is shown once and never kept here. */
import { Button } from "@bulkhead/ui/button.tsx";
import { CopyBlock } from "@bulkhead/ui/copy.tsx";
import { Dialog } from "@bulkhead/ui/dialog.tsx";
import { SelectField, TextField } from "@bulkhead/ui/field.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { TimeAgo, useNow } from "@bulkhead/ui/time-ago.tsx";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { TroubleNotice } from "../api/trouble-notice.tsx";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import type { FleetNode } from "../states/other-states.ts";
import { nameProblem } from "./node-name.ts";

const lifetimes = [
  { minutes: 15, label: "15 minutes" },
  { minutes: 60, label: "1 hour" },
  { minutes: 24 * 60, label: "1 day" },
];

export function EnrolDialog({
  open,
  onClose,
  nodes,
}: {
  open: boolean;
  onClose: () => void;
  nodes: readonly FleetNode[];
}) {
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title="Enrol a node"
      lead="Gives a machine its name and its identity. It does nothing until a deployed fleet file names it."
      width="lg"
    >
      {open ? <EnrolBody nodes={nodes} onClose={onClose} /> : null}
    </Dialog>
  );
}

function EnrolBody({ nodes, onClose }: { nodes: readonly FleetNode[]; onClose: () => void }) {
  const trpc = useTRPC();
  const [name, setName] = useState("");
  const [ttlMinutes, setTtlMinutes] = useState(60);
  const [shown, setShown] = useState(false);
  const create = useMutation(trpc.nodes.createToken.mutationOptions());
  const problem = nameProblem(
    name,
    nodes.map((node) => node.name),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setShown(true);
    if (problem === null) create.mutate({ name, ttlMinutes });
  };
  if (create.data)
    return (
      <Install
        name={name}
        created={create.data}
        node={nodes.find((node) => node.name === name)}
        onClose={onClose}
        onAgain={() => {
          create.reset();
          setName("");
          setShown(false);
        }}
      />
    );
  return (
    <form onSubmit={submit} className="grid gap-4">
      <TextField
        label="Name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={shown ? problem : null}
        help="As the fleet file will call it, for example web-1. It stays for the life of the node."
        mono
        autoFocus
        autoComplete="off"
        spellCheck={false}
      />
      <SelectField
        label="The token works once, for at most"
        value={ttlMinutes}
        onChange={(event) => setTtlMinutes(Number(event.target.value))}
      >
        {lifetimes.map((lifetime) => (
          <option key={lifetime.minutes} value={lifetime.minutes}>
            {lifetime.label}
          </option>
        ))}
      </SelectField>
      <TroubleNotice error={create.error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Close</Button>
        <Button type="submit" look="primary" disabled={create.isPending}>
          Create token
        </Button>
      </div>
    </form>
  );
}

interface InstallProps {
  name: string;
  created: Outputs["nodes"]["createToken"];
  node: FleetNode | undefined;
  onClose: () => void;
  onAgain: () => void;
}

function Install({ name, created, node, onClose, onAgain }: InstallProps) {
  const now = useNow();
  const over = now > created.expiresAt;
  return (
    <div className="grid gap-4">
      <div className="grid gap-1.5">
        <p>
          Run this as root on the machine that becomes <span className="font-mono font-medium">{name}</span>:
        </p>
        <CopyBlock label="Install command" text={created.installCommand} />
      </div>
      <div className="grid gap-1.5">
        <p>It asks for this token, so that the token stands in no command line and no log:</p>
        <CopyBlock label="Enrolment token" text={created.token} />
        <p className="text-dense text-muted">
          Works once, ends <TimeAgo at={created.expiresAt} ahead />, and is not shown again. A script can put
          it into a file and set <span className="font-mono text-[12.5px]">BULKHEAD_TOKEN_FILE</span> to its
          name.
        </p>
      </div>
      <Appears name={name} node={node} over={over} />
      <div className="flex justify-end gap-2">
        <Button onClick={onAgain}>Enrol another</Button>
        <Button look="primary" onClick={onClose}>
          {node?.online ? "Done" : "Close and wait on the page"}
        </Button>
      </div>
    </div>
  );
}

function Appears({ name, node, over }: { name: string; node: FleetNode | undefined; over: boolean }) {
  if (node?.online) {
    return (
      <Notice role="ok" title={`${name} is enrolled and online`} live>
        Agent {node.agentVersion},{" "}
        {node.addresses.map((each) => each.address).join(", ") || "no address reported yet"}.
      </Notice>
    );
  }
  if (node) return <Notice role="active" title={`${name} is enrolled; waiting for its link`} live />;
  if (over)
    return (
      <Notice role="warn" title="The token has ended unused">
        Enrol another to get a new one.
      </Notice>
    );
  return (
    <Notice role="active" title={`Waiting for ${name} to appear`}>
      This line changes by itself once the agent has enrolled.
    </Notice>
  );
}
