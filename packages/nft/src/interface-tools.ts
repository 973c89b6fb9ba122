/** Carries out what `presence.ts` asks for. Each verb is idempotent: what is there already, or gone already, is a success. */
import { addCalls, type PresenceItem, removeCalls, type ToolCall } from "./presence.ts";
import { complaint, runTool } from "./tool.ts";

const isThereAlready = /File exists/;
const isGoneAlready =
  /Cannot assign requested address|Cannot find device|No such (?:device|file|process)|not found/;
/** A refusal that names a setting: cure it there. */
const cures: [RegExp, string][] = [
  [
    /disabled on this device|Permission denied|Operation not permitted/,
    "IPv6 may be switched off on it (sysctl net.ipv6.conf.INTERFACE.disable_ipv6), or the agent does not run as root",
  ],
  [
    /Operation not supported/,
    "this kind of interface cannot receive a second MAC; use multicast or direct mode, or the interface below it",
  ],
];

export async function addItem(item: PresenceItem): Promise<void> {
  for (const call of addCalls(item)) {
    const isRoute = call.line.startsWith("route del");
    await carryOut(call, isRoute ? isGoneAlready : isThereAlready, `add ${item.value} to ${item.interface}`);
  }
}

/** Also succeeds when the interface is gone: what it carried went with it. */
export async function removeItem(item: PresenceItem): Promise<void> {
  for (const call of removeCalls(item)) {
    await carryOut(call, isGoneAlready, `remove ${item.value} from ${item.interface}`);
  }
}

/** Ends the connections of these addresses, with a word to the other end where the kernel can (INET_DIAG_DESTROY). */
export async function cutConnections(vips: readonly string[]): Promise<void> {
  const filter = vips.flatMap((vip, index) => [
    ...(index > 0 ? ["or"] : []),
    "src",
    vip.includes(":") ? `[${vip}]` : vip,
  ]);
  if (filter.length > 0) await runTool("ss", ["-K", "-H", "-n", "-t", ...filter]).catch(() => undefined);
}

async function carryOut({ tool, line }: ToolCall, harmless: RegExp, deed: string): Promise<void> {
  const result = await runTool(tool, line.split(" "));
  if (result.status === 0 || (result.stderr !== "" && harmless.test(result.stderr))) return;
  const cure =
    cures.find(([refusal]) => refusal.test(result.stderr))?.[1] ?? "check the interface in the fleet file";
  throw new Error(`Cannot ${deed}: ${complaint(result).replace(/\.+$/, "")}. Cure: ${cure}.`);
}
