/**
 * Program of the bench: the other 31 hosts of a full cluster in one process. Each is the real machine with real, signed
 * beats; only their kernels are missing. Among each other they talk in memory: the agent that is measured shall have the
 * network's work, this process not.
 */
import type { WlbsMessage, WlbsPolicy } from "@bulkhead/core/wlbs";
import { type BeatTransport, openBeats } from "@bulkhead/net";
import { HeartbeatCodec } from "@bulkhead/protocol";
import { systemClock } from "@bulkhead/runtime";
import { MachineShell } from "../../driver/machine-shell.ts";

const [policyText = "", firstText = ""] = process.argv.slice(2);
const policy = JSON.parse(policyText) as WlbsPolicy;
const hosts = policy.hosts.filter(({ hostId }) => hostId >= Number(firstText));
const keys = [{ id: 1, key: Buffer.alloc(32, 7).toString("base64") }];
const codec = new HeartbeatCodec({ keys });
const shells = new Map<number, MachineShell>();
let transport: BeatTransport | null = null;

function send(message: WlbsMessage): void {
  transport?.send(codec.encode(message, Date.now()));
  setImmediate(() => {
    for (const [hostId, shell] of shells)
      if (hostId !== message.hostId) shell.tell({ kind: "message", message });
  });
}

function hear(bytes: Uint8Array): void {
  const verdict = codec.decode(bytes, Date.now());
  if (!verdict.ok) return;
  for (const shell of shells.values()) shell.tell({ kind: "message", message: verdict.message });
}

for (const { hostId } of hosts) {
  const shell = new MachineShell({
    clock: systemClock,
    incarnation: Date.now() + hostId,
    onChange: () => undefined,
    carryOut(effect) {
      if (effect.kind === "send") return send(effect.message);
      const generation =
        effect.kind === "install"
          ? effect.plane.generation
          : effect.kind === "remove"
            ? effect.generation
            : null;
      if (generation !== null) setImmediate(() => shell.tell({ kind: "installed", generation, error: null }));
      if (effect.kind === "readSticky") setImmediate(() => shell.tell({ kind: "sticky", rules: [] }));
    },
  });
  shells.set(hostId, shell);
}

const { heartbeatGroup: group, heartbeatPort: port } = policy;
transport = await openBeats({
  group,
  port,
  address: hosts[0]?.dedicatedIp ?? "",
  onDatagram: hear,
  onBroken: (reason) => {
    throw new Error(reason);
  },
});
for (const { hostId, node } of hosts) {
  shells.get(hostId)?.tell({ kind: "policy", policy, node, resume: null });
  const mac = `02:00:00:00:00:${hostId.toString(16).padStart(2, "0")}`;
  shells.get(hostId)?.tell({ kind: "link", up: true, mac });
}

/** Nobody is connected to hosts without kernels; the machines want to be told so, as a shell does every second. */
function countNothing(): void {
  const rules = policy.rules.map(({ name }) => ({ name, open: 0, buckets: [] }));
  for (const shell of shells.values()) shell.tell({ kind: "connections", open: 0, rules });
}
countNothing();
setInterval(countNothing, 1_000);
process.stdout.write('{"event":"ready"}\n');
