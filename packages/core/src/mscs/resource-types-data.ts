/** Types that keep data on a disk of the group. */
import type { ResourceType } from "./resource-types.ts";

const postgresql: ResourceType = {
  type: "postgresql",
  title: "PostgreSQL",
  help: "A PostgreSQL server on a data directory of the group; it is alive when it answers SQL.",
  fields: [
    {
      name: "dataDir",
      title: "Data directory",
      help: "On a disk of the group, made by initdb and owned by postgres.",
      kind: "path",
      fallback: null,
      isRequired: true,
    },
    {
      name: "binDir",
      title: "Program directory",
      help: "Where pg_ctl and psql are; left out, each node looks for the newest installed version.",
      kind: "path",
      fallback: null,
      isRequired: false,
    },
    {
      name: "port",
      title: "Port",
      help: "TCP port of the server and part of its socket's name.",
      kind: "port",
      fallback: 5432,
      isRequired: false,
    },
  ],
  requires: [],
  holdsSharedDisk: false,
  // The cheap look is a few files of /proc; the other one is a query.
  defaults: { pendingTimeoutS: 120, looksAliveS: 1, isAliveS: 5 },
  isAliveLevel: 10,
  packages: ["postgresql"],
};

const messageQueue: ResourceType = {
  type: "messageQueue",
  title: "Message Queue",
  help: "A single message broker whose queues are on a disk of the group.",
  fields: [
    {
      name: "broker",
      title: "Broker",
      help: "rabbitmq (AMQP) or mosquitto (MQTT).",
      kind: "choice",
      choices: ["rabbitmq", "mosquitto"],
      fallback: "rabbitmq",
      isRequired: false,
    },
    {
      name: "dataDir",
      title: "Data directory",
      help: "Queues and messages are kept here, on a disk of the group.",
      kind: "path",
      fallback: null,
      isRequired: true,
    },
    {
      name: "port",
      title: "Port",
      help: "TCP port of the broker; left out, 5672 for AMQP or 1883 for MQTT.",
      kind: "port",
      fallback: null,
      isRequired: false,
    },
  ],
  requires: [
    { anyOf: ["filesystem", "ocf"], why: "Its messages must be on a disk that moves with the group." },
    {
      anyOf: ["ipAddress", "networkName"],
      why: "Its clients need an address that moves with the group.",
    },
  ],
  holdsSharedDisk: false,
  // A cheap look is a few files of /proc, and clients of a broker wait for nothing else.
  defaults: { pendingTimeoutS: 120, looksAliveS: 1, isAliveS: 60 },
  isAliveLevel: 10,
  packages: ["rabbitmq-server", "mosquitto"],
};

export const dataTypes: readonly ResourceType[] = [postgresql, messageQueue];
