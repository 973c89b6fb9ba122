/** A small two-tier fleet for tests; the parts in braces can be exchanged. */

export function fleetYaml(
  parts: { vip?: string; groupIp?: string; webHosts?: string[]; nodes?: string[] } = {},
): string {
  const {
    vip = "10.77.0.100",
    groupIp = "10.77.0.50",
    webHosts = ["web-1", "web-2", "web-3"],
    nodes = ["db-1", "db-2"],
  } = parts;
  const hosts = webHosts.map(
    (name, at) => `      ${name}: { id: ${at + 1}, interface: eth0, dedicatedIp: ${addressOf(name)}/24 }`,
  );
  return `version: 1
wlbs:
  web:
    vips: [${vip}/24]
    mode: multicast
    heartbeat: fast
    hosts:
${hosts.join("\n")}
    rules:
      http: { ports: 80, protocol: tcp, affinity: none }
mscs:
  data:
    nodes: [${nodes.join(", ")}]
    witness: witness-1
    fencing: { agent: fence_test, nodes: { ${nodes.map((name) => `${name}: { plug: ${name} }`).join(", ")} } }
    groups:
      sql:
        preferredOwners: [${nodes.join(", ")}]
        resources:
          disk: { type: filesystem, device: /dev/sdb1, mount: /srv/sql, fs: ext4 }
          ip: { type: ipAddress, address: ${groupIp}/24 }
          db: { type: postgresql, dataDir: /srv/sql/data, dependsOn: [disk, ip] }
`;
}

const addresses: Record<string, string> = {
  "web-1": "10.77.0.1",
  "web-2": "10.77.0.2",
  "web-3": "10.77.0.3",
  "db-1": "10.77.0.11",
  "db-2": "10.77.0.12",
  "witness-1": "10.77.0.20",
};

export const nodeNames = Object.keys(addresses);

/** A second pair for those who want one; `joinAll` leaves it out. */
export const mailNodes = ["mail-1", "mail-2"];
const mailAddresses: Record<string, string> = { "mail-1": "10.77.0.31", "mail-2": "10.77.0.32" };

/** `fleetYaml` with that pair, on the same witness. */
export function twoPairsYaml(): string {
  return `${fleetYaml()}  mail:
    nodes: [${mailNodes.join(", ")}]
    witness: witness-1
    fencing: { agent: fence_test, nodes: { ${mailNodes.map((name) => `${name}: { plug: ${name} }`).join(", ")} } }
    groups:
      post:
        preferredOwners: [${mailNodes.join(", ")}]
        resources:
          ip: { type: ipAddress, address: 10.77.0.60/24 }
`;
}

export function addressOf(name: string): string {
  const address = addresses[name] ?? mailAddresses[name];
  if (!address) throw new Error(`no address for ${name}`);
  return address;
}
