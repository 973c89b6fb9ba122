/** A VRRP pair of the bench: keepalived with its defaults but for the interval, on places of its own. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OnEvent } from "../questions.ts";
import type { Context } from "./figure.ts";
import { addPlace, inside, type Place, type Program, start } from "./wires.ts";

export interface VrrpHost {
  name: string;
  place: Place;
  configFile: string;
  daemon: Program | null;
  /** When it became master, on the shared clock. */
  masterSince: number[];
}

/** Its default priority is 100; hosts of one group need different ones, so that the first is master. */
function config(net: number, priority: number, intervalS: number): string {
  return `global_defs {
  router_id bench
  vrrp_version 3
}
vrrp_instance bench {
  state BACKUP
  interface eth0
  virtual_router_id ${net}
  priority ${priority}
  advert_int ${intervalS}
  virtual_ipaddress {
    10.${net}.0.100/24
  }
}
`;
}

/** Hosts in 10.NET.0.0/24 around the virtual IP 10.NET.0.100; the first has the highest priority. */
export async function addVrrp(
  context: Context,
  { net, hostCount, intervalS }: { net: number; hostCount: number; intervalS: number },
): Promise<VrrpHost[]> {
  const hosts: VrrpHost[] = [];
  for (let number = 1; number <= hostCount; number += 1) {
    const name = `k${net}-${number}`;
    const configFile = join(context.work, `${name}.conf`);
    writeFileSync(configFile, config(net, 100 + hostCount - number, intervalS));
    const place = await addPlace(name, [`10.${net}.0.${number}`]);
    hosts.push({ name, place, configFile, daemon: null, masterSince: [] });
  }
  return hosts;
}

const pidFiles = ({ work }: Context, { name }: VrrpHost): string[] => [
  join(work, `${name}.pid`),
  join(work, `${name}.vrrp`),
];

/** Starts the daemon; its log is read for the moments at which it becomes master. */
export function startVrrp(context: Context, host: VrrpHost, onLine: OnEvent = () => undefined): void {
  const [parent = "", child = ""] = pidFiles(context, host);
  const files = ["-f", host.configFile, "-p", parent, "-r", child];
  const argv = ["sh", "-c", 'exec "$@" 2>&1', "sh", "keepalived", "-n", "-l", "-D", "-P", ...files];
  host.daemon = start(host.place, argv, (event) => {
    if (/Entering MASTER STATE/.test(String(event["line"])))
      host.masterSince.push(Number(process.hrtime.bigint()) / 1e6);
    onLine(event);
  });
}

/** kill -9 of all of it: the process that speaks VRRP is a child with a process group of its own. */
export function killVrrp(context: Context, host: VrrpHost): void {
  host.daemon?.kill("SIGKILL");
  host.daemon = null;
  const [file] = pidFiles(context, host).slice(-1);
  if (file === undefined || !existsSync(file)) return;
  process.kill(Number(readFileSync(file, "utf8")), "SIGKILL");
  rmSync(file);
}

/** Ends the daemon at once and takes the address away, as a reboot of the host would. */
export function wipeVrrp(context: Context, net: number, host: VrrpHost): void {
  killVrrp(context, host);
  inside(host.place, `ip addr del 10.${net}.0.100/24 dev eth0 2>/dev/null; true`);
}

/** Has this host the virtual IP now. */
export function holdsAddress(net: number, host: VrrpHost): boolean {
  return inside(host.place, "ip -o addr show dev eth0").includes(`10.${net}.0.100/`);
}
