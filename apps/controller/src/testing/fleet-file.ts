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

export function addressOf(name: string): string {
  const address = addresses[name];
  if (!address) throw new Error(`no address for ${name}`);
  return address;
}
