/** Facts of the disks of `filesystem` resources, and of fencing, as seen from this node. */
import type { DiskFact, FencingFact, MscsPolicy } from "@bulkhead/core/mscs";
import type { Execute } from "@bulkhead/pacemaker";
import { runOutside } from "../outside.ts";
import { textOf } from "./machine.ts";

const fenceMs = 20_000;

/** As `lsblk --json` prints it. */
interface LsblkDevice {
  size: number;
  wwn: string | null;
  serial: string | null;
  uuid: string | null;
  fstype: string | null;
  mountpoints: (string | null)[];
}
const columns = "SIZE,WWN,SERIAL,UUID,FSTYPE,MOUNTPOINTS";

export async function diskFacts(run: Execute, policy: MscsPolicy): Promise<DiskFact[]> {
  const devices = policy.groups.flatMap((group) =>
    group.resources.flatMap((item) => (item.type === "filesystem" ? [item.device] : [])),
  );
  const fstab = await textOf("/etc/fstab");
  return Promise.all([...new Set(devices)].map((device) => diskFact(run, device, fstab)));
}

async function diskFact(run: Execute, device: string, fstab: string): Promise<DiskFact> {
  const args = ["--json", "--bytes", "--nodeps", "--output", columns, "--", device];
  const done = await runOutside(run, ["lsblk", ...args], { timeoutMs: 5_000 }).catch(() => null);
  const [disk] =
    done?.code === 0 ? (JSON.parse(done.stdout) as { blockdevices: LsblkDevice[] }).blockdevices : [];
  if (disk === undefined)
    return { device, isPresent: false, sizeBytes: null, id: null, fs: null, mountedAt: [], isInFstab: false };
  // udev's memory may be old, or there may be no udev: blkid looks at the disk itself.
  const probed = await probe(run, device);
  const uuid = probed["UUID"] ?? disk.uuid ?? null;
  return {
    device,
    isPresent: true,
    sizeBytes: disk.size,
    id: disk.wwn ?? disk.serial ?? uuid,
    fs: probed["TYPE"] ?? disk.fstype ?? null,
    mountedAt: disk.mountpoints.filter((place) => place !== null),
    isInFstab: isInFstab(fstab, [device, ...(uuid === null ? [] : [`UUID=${uuid}`])]),
  };
}

async function probe(run: Execute, device: string): Promise<Record<string, string>> {
  const done = await runOutside(run, ["blkid", "-p", "-o", "export", device], { timeoutMs: 10_000 }).catch(
    () => null,
  );
  const lines = (done?.stdout ?? "").split("\n").filter((line) => line.includes("="));
  const pairs = lines.map((line): [string, string] => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}

/** `noauto` lines do not mount at boot. */
export function isInFstab(fstab: string, names: readonly string[]): boolean {
  return fstab.split("\n").some((line) => {
    const [what = "", , , options = ""] = line.trim().split(/\s+/);
    return names.includes(what) && !options.split(",").includes("noauto");
  });
}

/** Asks each fence device for the state of its node: the same call as for fencing, but nothing is switched. */
export async function fencingFacts(run: Execute, policy: MscsPolicy): Promise<FencingFact[] | null> {
  const { fencing } = policy;
  if (fencing === null) return null;
  return Promise.all(
    policy.nodes.map(async ({ node }) => {
      const given = { ...fencing.parameters, ...fencing.nodes[node] };
      const input = Object.entries({ port: node, ...given, action: "status" });
      const done = await run(`/usr/sbin/${fencing.agent}`, [], {
        stdin: input.map(([name, value]) => `${name}=${value}\n`).join(""),
        timeoutMs: fenceMs,
      }).catch((error: unknown) => ({ code: null, stdout: "", stderr: String(error) }));
      // Fence agents answer 0 for "on" and 2 for "off".
      const works = done.code === 0 || done.code === 2;
      const line = `${done.stdout}\n${done.stderr}`.trim().split("\n").at(-1) ?? "";
      return {
        target: node,
        works,
        said: line || (works ? "it answers" : `exit ${done.code ?? "by time limit"}`),
      };
    }),
  );
}
