/** Rows of the wall as SQL statements: a fleet that is in force, and what must not get into it. */

const vip = (cluster: string, position: number, address: string) =>
  `insert into "WlbsVip" ("clusterName", "position", "vip", "prefixLength") values ('${cluster}', ${position}, '${address}', 24)`;
export const cluster = (name: string, address: string) =>
  `insert into "WlbsCluster" ("name", "mode", "heartbeatPeriodMs", "heartbeatTolerance", "partition", "filterIcmp") values ('${name}', 'multicast', 200, 4, 'serve', false); ${vip(name, 0, address)}`;
export const host = (node: string, id: number, ip: string) =>
  `insert into "WlbsHost" ("nodeName", "clusterName", "hostId", "dedicatedIp", "prefixLength", "interface", "initialState", "retainSuspended") values ('${node}', 'web', ${id}, '${ip}', 24, 'eth0', 'started', true)`;
export const pair = (name: string, witness: string, address: string) =>
  `insert into "MscsCluster" ("name", "engine", "witnessNode", "witnessAddress", "tokenMs", "fencingAgent", "settings") values ('${name}', 'made', '${witness}', '${address}', 1000, 'fence_ipmilan', '{}')`;
export const member = (node: string, id: number, address: string) =>
  `insert into "MscsNode" ("nodeName", "clusterName", "nodeId", "address") values ('${node}', 'data', ${id}, '${address}')`;
const linked = (node: string, id: number, [address, second]: [string, string]) =>
  `insert into "MscsNode" ("nodeName", "clusterName", "nodeId", "address", "secondAddress", "secondAddressUse") values ('${node}', 'data', ${id}, '${address}', '${second}', 'mscsSecond')`;
export const group = `insert into "MscsGroup" values ('data', 'sql', '{}', false, '{}', 3, 6, 'medium', '{}', true)`;
export const floating = (name: string, address: string) =>
  `insert into "MscsResource" values ('data', 'sql', '${name}', 'ipAddress', '${address}', 'mscsFloating', '{}')`;
export const rule = (name: string, [from, to]: [number, number], of: { protocol: string; vip?: string }) =>
  `insert into "PortRule" values ('web', '${name}', ${from}, ${to}, '${of.protocol}', 'multiple', 'none', ${of.vip ? `'${of.vip}'` : "null"}, 0, '{}')`;

/** A fleet in force: a cluster of two virtual IPs with one host, and a pair with one node and a group. */
export function fleetInForce(): string[] {
  const front = [cluster("web", "192.0.2.100"), vip("web", 1, "2001:db8::64"), host("web-1", 1, "192.0.2.1")];
  const db1 = linked("db-1", 1, ["192.0.2.11", "198.51.100.11"]);
  return [...front, pair("data", "witness-1", "192.0.2.20"), db1, group, floating("ip", "192.0.2.50")];
}

/** What does not fit into that fleet: what it is, the statement, the constraint that refuses it, and its words. */
export const wrong: [string, string, string, RegExp][] = [
  [
    "a WLBS host as MSCS node",
    member("web-1", 2, "192.0.2.12"),
    "R1_node_has_one_service",
    /^R1: Node web-1 is in WLBS cluster web/,
  ],
  [
    "an MSCS node as WLBS host",
    host("db-1", 2, "192.0.2.2"),
    "R1_node_has_one_service",
    /^R1: Node db-1 is in MSCS pair data/,
  ],
  [
    "a WLBS host as witness",
    pair("more", "web-1", "192.0.2.21"),
    "R1_node_has_one_service",
    /^R1: Node web-1/,
  ],
  [
    "a witness as WLBS host",
    host("witness-1", 2, "192.0.2.2"),
    "R1_node_has_one_service",
    /^R1: Node witness-1 is the witness of/,
  ],
  [
    "a machine that never enrolled",
    host("web-9", 9, "192.0.2.9"),
    "B-unknown-node_not_enrolled",
    /web-9 is not enrolled/,
  ],
  [
    "a group address on the VIP",
    floating("ip2", "192.0.2.100"),
    "R4_vip_is_no_mscs_address",
    /^R4: 192\.0\.2\.100 cannot be the floating address/,
  ],
  [
    "a node address on the VIP",
    member("db-2", 2, "192.0.2.100"),
    "R4_vip_is_no_mscs_address",
    /^R4: .* already the virtual IP of wlbs-cluster web/,
  ],
  [
    "a witness address on the VIP",
    pair("more", "witness-1", "192.0.2.100"),
    "R4_vip_is_no_mscs_address",
    /^R4:/,
  ],
  [
    "a VIP on a group address",
    cluster("shop", "192.0.2.50"),
    "R4_vip_is_no_mscs_address",
    /^R4: .* floating address of resource data\/sql\/ip/,
  ],
  ["a VIP on a node address", cluster("shop", "192.0.2.11"), "R4_vip_is_no_mscs_address", /^R4:/],
  [
    "a group address on a dedicated IP",
    floating("ip2", "192.0.2.1"),
    "R5_address_has_one_use",
    /^R5: .* dedicated IP of wlbs-host web-1/,
  ],
  ["a group address on a node address", floating("ip2", "192.0.2.11"), "R5_address_has_one_use", /^R5:/],
  ["a group address twice", floating("ip2", "192.0.2.50"), "R5_address_has_one_use", /^R5:/],
  ["a dedicated IP on the VIP", host("web-2", 2, "192.0.2.100"), "R6_dedicated_ip_once", /^R6:/],
  ["a dedicated IP twice", host("web-2", 2, "192.0.2.1"), "R6_dedicated_ip_once", /^R6:/],
  ["a second VIP on a group address", vip("web", 2, "192.0.2.50"), "R4_vip_is_no_mscs_address", /^R4:/],
  ["a group address on a second VIP", floating("ip2", "2001:db8::64"), "R4_vip_is_no_mscs_address", /^R4:/],
  ["a second VIP of another cluster", cluster("shop", "2001:db8::64"), "R7_vip_in_one_cluster", /^R7:/],
  ["a VIP twice", cluster("shop", "192.0.2.100"), "R7_vip_in_one_cluster", /^R7:/],
  [
    "a second node address on the VIP",
    linked("db-2", 2, ["192.0.2.12", "192.0.2.100"]),
    "R4_vip_is_no_mscs_address",
    /^R4: .* cannot be the second heartbeat address of second link of node db-2/,
  ],
  ["a VIP on a second node address", cluster("shop", "198.51.100.11"), "R4_vip_is_no_mscs_address", /^R4:/],
  [
    "a group address on a second node address",
    floating("ip2", "198.51.100.11"),
    "R5_address_has_one_use",
    /^R5: .* already the second heartbeat address/,
  ],
  [
    "a second node address twice",
    linked("db-2", 2, ["192.0.2.12", "198.51.100.11"]),
    "R5_address_has_one_use",
    /^R5:/,
  ],
  [
    "a second node address that is the first of the other",
    linked("db-2", 2, ["192.0.2.12", "192.0.2.11"]),
    "R5_address_has_one_use",
    /^R5:/,
  ],
  [
    "one address for both links",
    linked("db-2", 2, ["192.0.2.12", "192.0.2.12"]),
    "R5_address_has_one_use",
    /^R5:/,
  ],
  [
    "a witness without an address",
    `update "MscsCluster" set "witnessAddress" = null`,
    "R24_witness_has_address",
    /R24_witness_has_address/,
  ],
  ["a host ID twice", host("web-2", 1, "192.0.2.2"), "R8_host_id_once", /R8_host_id_once/],
  ["a host ID out of range", host("web-2", 33, "192.0.2.2"), "R8_host_id_range", /R8_host_id_range/],
  ["a third node in a pair", member("db-2", 3, "192.0.2.12"), "R21_pair_node_id", /R21_pair_node_id/],
  [
    "a machine under two names",
    `update "Node" set "machineId" = 'machine-web-1' where "name" = 'db-2'`,
    "R2_one_name_per_machine",
    /R2_/,
  ],
  [
    "an address with a network part",
    cluster("shop", "198.51.100.9/24"),
    "R4_R5_address_is_canonical",
    /canonical/,
  ],
  ["IPv4 hidden in IPv6", floating("ip2", "::ffff:192.0.2.100"), "R4_R5_address_is_canonical", /canonical/],
];
