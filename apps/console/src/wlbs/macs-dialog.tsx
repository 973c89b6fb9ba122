"use client";
/** `wlbs ip2mac`: which cluster MACs an address would have, for whoever writes them into a switch or a router. */
import { type Ip2Mac, ip2mac } from "@bulkhead/core/wlbs";
import { Button } from "@bulkhead/ui/button.tsx";
import { CopyValue } from "@bulkhead/ui/copy.tsx";
import { Dialog } from "@bulkhead/ui/dialog.tsx";
import { TextField } from "@bulkhead/ui/field.tsx";
import { useState } from "react";
import { ShellLine } from "../acts/shell-line.tsx";
import { ip2macLine } from "../states/cli.ts";

/** @param address what is asked for at first. */
export function MacsDialog({ address, onClose }: { address: string; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Cluster MACs of an address (ip2mac)"
      lead="What the address would have as the primary virtual IP of a cluster, in every delivery mode."
    >
      <Body address={address} onClose={onClose} />
    </Dialog>
  );
}

/** Counted here while one types: the same function answers the command line. */
function Body({ address, onClose }: { address: string; onClose: () => void }) {
  const [text, setText] = useState(address);
  const found = ip2mac(text);
  return (
    <div className="grid gap-4">
      <TextField
        label="Address"
        mono
        autoComplete="off"
        spellCheck={false}
        placeholder="192.0.2.1 or 2001:db8::1"
        value={text}
        error={found || text.trim() === "" ? null : "Write an IP address, as 192.0.2.1 or 2001:db8::1."}
        onChange={(event) => setText(event.target.value)}
      />
      {found ? <Macs {...found} /> : null}
      {found ? <ShellLine line={ip2macLine(found.address)} /> : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="primary" onClick={onClose}>
          Close
        </Button>
      </div>
    </div>
  );
}

function Macs({ address, macs }: Ip2Mac) {
  const rows = [
    { mode: "unicast", mac: macs.unicast, none: "" },
    { mode: "multicast", mac: macs.multicast, none: "" },
    { mode: "igmp", mac: macs.igmp, none: "none: it needs an IPv4 address" },
    { mode: "direct", mac: null, none: "none: the default host answers with its own MAC" },
  ];
  return (
    <dl
      aria-label={`Cluster MACs of ${address}`}
      className="grid gap-x-6 gap-y-1.5 sm:grid-cols-[110px_minmax(0,1fr)]"
    >
      {rows.map(({ mode, mac, none }) => (
        <div key={mode} className="contents">
          <dt className="text-muted">{mode}</dt>
          <dd>{mac ? <CopyValue value={mac} /> : <span className="text-muted">{none}</span>}</dd>
        </div>
      ))}
    </dl>
  );
}
