/** Types that clients connect to: addresses and names. */
import type { ResourceType } from "./resource-types.ts";

const ipAddress: ResourceType = {
  type: "ipAddress",
  title: "IP Address",
  help: "An IPv4 or IPv6 address that moves with the group; the new owner announces it to the neighbours.",
  fields: [
    {
      name: "address",
      title: "Address",
      help: "With the prefix length of its network, for example 10.77.0.50/24.",
      kind: "cidr",
      fallback: null,
      isRequired: true,
    },
    {
      name: "interface",
      title: "Interface",
      help: "The network interface that carries it, the same on both nodes.",
      kind: "interface",
      fallback: "eth0",
      isRequired: false,
    },
  ],
  requires: [],
  holdsSharedDisk: false,
  // A cable that is pulled is found by this check alone. It costs 4 ms.
  defaults: { pendingTimeoutS: 20, looksAliveS: 1, isAliveS: null },
  isAliveLevel: null,
  packages: ["iproute2"],
};

const networkName: ResourceType = {
  type: "networkName",
  title: "Network Name",
  help: "A name for an address of the group, written to a DNS server or to the hosts file of the owner.",
  fields: [
    {
      name: "hostName",
      title: "Name",
      help: "The full name, for example sql.example.com.",
      kind: "hostName",
      fallback: null,
      isRequired: true,
    },
    {
      name: "ip",
      title: "Address resource",
      help: "The ipAddress resource of the group that the name stands for.",
      kind: "resource",
      fallback: null,
      isRequired: true,
    },
    {
      name: "update",
      title: "Written to",
      help: "dns: a server that takes dynamic updates (RFC 2136). hosts: a block in /etc/hosts of the node that owns the group.",
      kind: "choice",
      choices: ["dns", "hosts"],
      fallback: "hosts",
      isRequired: false,
    },
    {
      name: "server",
      title: "DNS server",
      help: "Address of the primary server of the zone; needed with dns.",
      kind: "text",
      pattern: { source: "^[0-9a-fA-F:.]{2,45}$", says: "write the address of the DNS server" },
      fallback: null,
      isRequired: false,
    },
    {
      name: "keyFile",
      title: "Key file",
      help: "TSIG key file on both nodes, readable for root only; without it the update is not signed.",
      kind: "path",
      fallback: null,
      isRequired: false,
    },
    {
      name: "ttlS",
      title: "Time to live, s",
      help: "How long resolvers may keep the record; clients that cached it look at an old address no longer than that.",
      kind: "number",
      range: [1, 86_400],
      fallback: 300,
      isRequired: false,
    },
  ],
  requires: [{ anyOf: ["ipAddress"], why: "A name without an address leads nowhere." }],
  holdsSharedDisk: false,
  defaults: { pendingTimeoutS: 30, looksAliveS: 10, isAliveS: 60 },
  isAliveLevel: 10,
  packages: ["bind9-dnsutils"],
};

export const networkTypes: readonly ResourceType[] = [ipAddress, networkName];
