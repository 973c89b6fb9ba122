/**
 * The pair that ours is measured against: db-3 and db-4, set up as an admin does who follows the book of pcs 0.11 (Debian 12):
 * `pcs cluster setup`, a fence device per node, and a group of disk, address and PostgreSQL with the times that the agents
 * advise. Nothing is tuned. docs/benchmarks.md says where each value is from.
 */
import { inNode, until } from "../system.ts";

export const handNodes = ["db-3", "db-4"] as const;
export const handAddress = "10.77.0.52";
const nodeAddress = { "db-3": "10.77.0.13", "db-4": "10.77.0.14" } as const;

/** As pcs writes it; token stays at Corosync's own default, 3000 ms. */
const corosyncConf = `totem {
  version: 2
  cluster_name: hand
  transport: knet
  crypto_cipher: aes256
  crypto_hash: sha256
}
nodelist {
${handNodes
  .map(
    (name, index) =>
      `  node {\n    ring0_addr: ${nodeAddress[name]}\n    name: ${name}\n    nodeid: ${index + 1}\n  }`,
  )
  .join("\n")}
}
quorum {
  provider: corosync_votequorum
  two_node: 1
}
logging {
  to_logfile: yes
  logfile: /var/log/corosync/corosync.log
  to_syslog: yes
  timestamp: on
}
`;

const nv = (id: string, values: Record<string, string>): string =>
  Object.entries(values)
    .map(([name, value]) => `<nvpair id="${id}-${name}" name="${name}" value="${value}"/>`)
    .join("");

interface HandResource {
  id: string;
  type: string;
  attributes: Record<string, string>;
  /** Seconds: timeouts of start and stop, interval and timeout of the monitor, from the agent's own meta-data. */
  startS: number;
  everyS: number;
  monitorS: number;
}

function primitive({ id, type, attributes, startS, everyS, monitorS }: HandResource): string {
  return (
    `<primitive id="${id}" class="ocf" provider="heartbeat" type="${type}">` +
    `<instance_attributes id="${id}-i">${nv(id, attributes)}</instance_attributes><operations>` +
    `<op id="${id}-start" name="start" interval="0s" timeout="${startS}s"/>` +
    `<op id="${id}-stop" name="stop" interval="0s" timeout="${startS}s"/>` +
    `<op id="${id}-monitor" name="monitor" interval="${everyS}s" timeout="${monitorS}s"/></operations></primitive>`
  );
}

const fence = (node: string): string =>
  `<primitive id="fence-${node}" class="stonith" type="fence_bulkhead_lab"><instance_attributes id="fence-${node}-i">` +
  `${nv(`fence-${node}`, { plug: node, pcmk_host_list: node })}</instance_attributes><operations>` +
  `<op id="fence-${node}-m" name="monitor" interval="60s"/></operations></primitive>`;

/** `pcs resource create` takes the interval and timeouts that the agent advises. */
function resourcesOf(postgresPrograms: string): string {
  const members: HandResource[] = [
    {
      id: "disk",
      type: "Filesystem",
      attributes: { device: "/dev/disk/by-id/bulkhead-lab-sql-2", directory: "/srv/sql-2", fstype: "ext4" },
      startS: 60,
      everyS: 20,
      monitorS: 40,
    },
    {
      id: "ip",
      type: "IPaddr2",
      attributes: { ip: handAddress, cidr_netmask: "24" },
      startS: 20,
      everyS: 10,
      monitorS: 20,
    },
    {
      id: "db",
      type: "pgsql",
      attributes: {
        pgctl: `${postgresPrograms}/pg_ctl`,
        psql: `${postgresPrograms}/psql`,
        pgdata: "/srv/sql-2/data",
        socketdir: "/run/postgresql",
      },
      startS: 120,
      everyS: 30,
      monitorS: 30,
    },
  ];
  return `<resources>${handNodes.map(fence).join("")}<group id="hand">${members.map(primitive).join("")}</group></resources>`;
}

async function must(node: string, argv: string[], input = ""): Promise<string> {
  const { code, stdout, stderr } = await inNode(node, argv, input);
  if (code !== 0) throw new Error(`${node}: ${argv.join(" ")} ended with ${code}: ${stderr || stdout}`);
  return stdout;
}

/** Sets the pair up and waits until its group runs. */
export async function setUpByHand(): Promise<void> {
  const [first, second] = handNodes;
  const key = (await must(first, ["sh", "-c", "head -c 256 /dev/urandom | base64 -w0"])).trim();
  for (const node of [first, second]) {
    await must(node, ["sh", "-c", "mkdir -p /etc/corosync; cat > /etc/corosync/corosync.conf"], corosyncConf);
    await must(node, ["sh", "-c", "umask 077; base64 -d > /etc/corosync/authkey"], key);
    await must(node, ["systemctl", "enable", "--now", "corosync", "pacemaker"]);
  }
  const online = async () => {
    const { stdout } = await inNode(first, ["crm_mon", "-1"]);
    return /Online: \[ db-3 db-4 \]/.test(stdout) ? true : null;
  };
  await until("the pair that is set up by hand to be online", online, 120_000);
  const programs = await must(first, ["sh", "-c", "ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1"]);
  // pcs gives a new cluster this one default: resources stay where they are unless something else counts more.
  const defaults = `<rsc_defaults><meta_attributes id="build-resource-defaults">${nv("build", { "resource-stickiness": "1" })}</meta_attributes></rsc_defaults>`;
  await must(
    first,
    ["cibadmin", "--modify", "--allow-create", "--scope", "rsc_defaults", "--xml-pipe"],
    defaults,
  );
  await must(
    first,
    ["cibadmin", "--replace", "--scope", "resources", "--xml-pipe"],
    resourcesOf(programs.trim()),
  );
  await until("the group that is set up by hand to run", handOwner, 120_000);
}

/** Owner of the group when all of it runs; null otherwise. */
export async function handOwner(): Promise<string | null> {
  for (const node of handNodes) {
    const { code, stdout } = await inNode(node, ["crm_mon", "-1"]);
    if (code !== 0) continue;
    const owners = [...stdout.matchAll(/\* (?:disk|ip|db)\s.*:\s+Started (\S+)/g)].map(([, owner]) => owner);
    const isWhole = owners.length === 3 && new Set(owners).size === 1;
    return isWhole ? (owners[0] ?? null) : null;
  }
  return null;
}

/** Null until both nodes are members, no node is unclean, and the group runs. */
export async function handIsWhole(): Promise<true | null> {
  const { stdout } = await inNode(handNodes[0], ["crm_mon", "-1"]);
  const owner = await handOwner();
  return owner !== null && /Online: \[ db-3 db-4 \]/.test(stdout) ? true : null;
}

/** Forgets failures: the next round begins as the first one did. */
export async function forgetByHand(): Promise<void> {
  await inNode(handNodes[0], ["crm_resource", "--cleanup"]);
}

/** Moves the group as `pcs resource move` does, and takes the constraint away again. */
export async function moveByHand(to: string): Promise<void> {
  await must(to, ["crm_resource", "--resource", "hand", "--move", "--node", to]);
  await until("the group to have moved", async () => ((await handOwner()) === to ? true : null), 120_000);
  await must(to, ["crm_resource", "--resource", "hand", "--clear"]);
}
