/** Nothing that a resource needs is found missing only when the engine starts it. */
import type { MscsResource } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { checkResources, type Machine } from "./resource-preflight.ts";
import { policy } from "./testing/bench.ts";

const whole: Machine = {
  missing: () => Promise.resolve([]),
  hasFile: () => Promise.resolve(true),
  hasUser: () => Promise.resolve(true),
  text: () => Promise.resolve("include = /run/bulkhead-samba/shares.conf"),
};
const bare: Machine = {
  missing: (programs) => Promise.resolve([...programs]),
  hasFile: () => Promise.resolve(false),
  hasUser: () => Promise.resolve(false),
  text: () => Promise.resolve(""),
};
const [group] = policy.groups;
const [address] = group!.resources;
const common = {
  name: "it",
  dependsOn: [] as string[],
  possibleOwners: [],
  restart: address!.restart,
  pendingTimeoutS: null,
  looksAliveS: null,
  isAliveS: null,
  retryAfterS: null,
};
const withResource = (...resources: MscsResource[]) => ({ ...policy, groups: [{ ...group!, resources }] });

const script = { ...common, type: "genericScript", script: "/etc/it", user: "root" } as const;
const share = { ...common, type: "smbShare", share: "x", directory: "/x", readOnly: false } as const;
const cases: [MscsResource, Machine, RegExp][] = [
  [
    { ...common, type: "timeService", config: null },
    bare,
    /^Resource it of group sql needs chronyd.*apt-get install .*chrony/,
  ],
  [{ ...common, type: "printSpooler", spoolDirectory: "/x" }, bare, /needs cupsd.*cups-daemon/],
  [
    { ...common, type: "messageQueue", broker: "rabbitmq", dataDir: "/x", port: 5672 },
    bare,
    /rabbitmq-server/,
  ],
  [
    { ...common, type: "messageQueue", broker: "mosquitto", dataDir: "/x", port: 1883 },
    bare,
    /needs mosquitto/,
  ],
  [
    { ...common, type: "nfsShare", directory: "/x", clients: "*", options: "", fsid: 1 },
    bare,
    /nfs-kernel-server/,
  ],
  [share, bare, /needs smbd.*install --no-install-recommends samba"\.$/],
  [
    share,
    { ...whole, text: () => Promise.resolve("[global]") },
    /"echo include = \/run\/bulkhead-samba\/shares\.conf >> \/etc\/samba\/smb\.conf/,
  ],
  [{ ...common, type: "genericService", unit: "nginx" }, bare, /D-Bus/],
  [
    { ...common, type: "genericService", unit: "nonsense" },
    { ...whole, hasFile: (path) => Promise.resolve(path.startsWith("/run/dbus")) },
    /unit nonsense\.service, which this node does not have/,
  ],
  [script, { ...whole, hasUser: () => Promise.resolve(false) }, /runs as root.*no such user/],
  [script, { ...whole, hasFile: () => Promise.resolve(false) }, /\/etc\/it.*no executable file/],
];

it.each(cases)("refuses $type with the resource and the cure", async (resource, machine, says) => {
  await expect(checkResources(withResource(resource), machine)).rejects.toThrow(says);
  await expect(checkResources(withResource(resource), whole)).resolves.toBeUndefined();
});

it("names all that is missing at once, with one line of commands", async () => {
  const time = { ...common, name: "time", type: "timeService", config: null } as const;
  const print = { ...common, name: "print", type: "printSpooler", spoolDirectory: "/x" } as const;
  const policyWithAll = withResource(time, print, share, { ...script, user: "app" });
  await expect(checkResources(policyWithAll, bare)).rejects.toThrow(
    'Resource time of group sql needs chronyd, which is not on this node. Resource print of group sql needs cupsd, which is not on this node. Resource it of group sql needs smbd, which is not on this node. Resource it of group sql runs as app, and this node has no such user. Make that user on both nodes, or correct the fleet file. Run "apt-get install --no-install-recommends chrony cups-daemon samba && systemctl disable --now chrony cups.service cups.socket cups.path".',
  );
});

it("looks where the stock agent of an adopted pair puts its shares", async () => {
  await expect(checkResources({ ...withResource(share), engine: "adopted" }, whole)).rejects.toThrow(
    "/etc/samba/conf.d/pacemaker-includes.conf",
  );
});

it("does not look for a script that lies on the group's disk", async () => {
  const disk = {
    ...common,
    name: "disk",
    type: "filesystem",
    device: "/d",
    mount: "/x",
    fs: "ext4",
    options: "",
  } as const;
  const on = withResource(disk, { ...script, dependsOn: ["disk"] });
  await expect(
    checkResources(on, { ...whole, hasFile: () => Promise.resolve(false) }),
  ).resolves.toBeUndefined();
});

it("finds an instance of a unit by its template", async () => {
  const unit = withResource({ ...common, type: "genericService", unit: "postgresql@15-main" });
  const hasFile = (path: string) =>
    Promise.resolve(path.startsWith("/run/dbus") || path === "/usr/lib/systemd/system/postgresql@.service");
  await expect(checkResources(unit, { ...whole, hasFile })).resolves.toBeUndefined();
});
