/**
 * What `validatePair` needs to know of the machines of a pair: the answer of an agent to `mscs.inspect`. Facts only, no
 * verdicts: the agent looks, core judges. Null = could not be found out.
 */

/** Versions of programs, by the name of the program. Null = not installed. */
export interface ProgramFact {
  name: string;
  version: string | null;
}

export interface SystemFacts {
  /** `ID` and `VERSION_ID` of /etc/os-release, for example "debian 12". */
  os: string;
  kernel: string;
  /** As `uname -m` says it. */
  architecture: string;
  machineId: string;
  /** Epoch milliseconds by the clock of the machine, read when the answer was made: the controller compares. */
  clockMs: number;
  /** Whether a time service keeps the clock right; null = cannot be told. */
  isClockKept: boolean | null;
}

export interface InterfaceFact {
  name: string;
  mtu: number;
  /** Administratively up and with a carrier. */
  isUp: boolean;
  /** `isDynamic`: the address has a lifetime, because DHCP or a router gave it. */
  addresses: { address: string; prefixLength: number; isDynamic: boolean }[];
}

/** One try to reach the peer's heartbeat address on one network. */
export interface PeerFact {
  /** Name of the network in the policy. */
  network: string;
  /** The address that was tried. */
  address: string;
  isReachable: boolean;
  roundTripMs: number | null;
  /** A packet of the full MTU arrives unfragmented; null = not tried, or the peer is not reachable. */
  isFullSizeHeard: boolean | null;
}

/** An address of an `ipAddress` resource, looked for by ARP or neighbour discovery. */
export interface GroupAddressFact {
  address: string;
  /** `self`: this node holds it. `other`: somebody else answers for it. */
  heldBy: "nobody" | "self" | "other" | null;
  /** The MAC that answers, or the interface that holds it; null = nobody. */
  where: string | null;
}

export interface PortFact {
  port: number;
  protocol: "tcp" | "udp";
  /** The program that holds it; null = free. */
  heldBy: string | null;
}

/** A device of a `filesystem` resource. */
export interface DiskFact {
  device: string;
  isPresent: boolean;
  sizeBytes: number | null;
  /** What tells that both nodes see the same disk: WWN or serial, else the UUID of what is on it. */
  id: string | null;
  /** Type of the file system on it, as `blkid` says it; null = none or not readable. */
  fs: string | null;
  /** Where this node has it mounted now. */
  mountedAt: string[];
  /** /etc/fstab mounts it at boot. */
  isInFstab: boolean;
}

/** One fence device, asked for its state from this node. */
export interface FencingFact {
  /** The node that it would power off. */
  target: string;
  /** Null = it was not asked. */
  works: boolean | null;
  /** What the agent said, in one line. */
  said: string;
}

/** The witness, as this node reaches it. */
export interface WitnessReachFact {
  address: string;
  /** TCP 5403 takes a connection. */
  isReachable: boolean;
  /** It takes our certificate and shows one of ours; null = not tried. */
  isTls: boolean | null;
  said: string;
}

export interface NodeFacts {
  node: string;
  system: SystemFacts;
  /** At least corosync, corosync-qdevice, pacemakerd, crm_mon, cibadmin and crm_resource. */
  programs: ProgramFact[];
  /** Every resource agent that the policy needs: `ocf:heartbeat:IPaddr2`, `systemd:nginx`, `stonith:fence_ipmilan`. */
  agents: { agent: string; isInstalled: boolean }[];
  /** Versions of the PostgreSQL servers that the policy's resources would run: `group/resource`. */
  postgres: { resource: string; version: string | null }[];
  interfaces: InterfaceFact[];
  peers: PeerFact[];
  groupAddresses: GroupAddressFact[];
  /** How this node resolves the names of the pair's nodes and of the witness; empty list = not at all. */
  names: { name: string; addresses: string[] }[];
  /** The engine's UDP 5405 (5406 too with two links), and the ports of the policy's resources. */
  ports: PortFact[];
  disks: DiskFact[];
  /** Null = the policy has no fencing. */
  fencing: FencingFact[] | null;
  /** A watchdog device, for example /dev/watchdog0; null = none. */
  watchdog: string | null;
  /** Null = the policy has no witness. */
  witness: WitnessReachFact | null;
  /** systemd units of what the groups run, that would also start by themselves at boot. Null = no systemd here. */
  bootUnits: { unit: string; isEnabled: boolean }[] | null;
  /** The engine that runs on this node now: its pair's name; null = none runs. */
  runningPair: string | null;
}

/** What the agent of the witness answers to `mscs.inspect`. */
export interface WitnessFacts {
  node: string;
  system: SystemFacts;
  /** At least corosync-qnetd. */
  programs: ProgramFact[];
  /** Who holds TCP 5403; null = free. */
  portHeldBy: string | null;
  isRunning: boolean;
  /** qnetd demands certificates (`-s required`); null = it does not run. */
  isTls: boolean | null;
}
