/** Generic types: what runs is the admin's own, or an agent that somebody else has written. */
import type { ResourceField, ResourceType } from "./resource-types.ts";

const user: ResourceField = {
  name: "user",
  title: "User",
  help: "It runs as this user, who exists on both nodes.",
  kind: "text",
  pattern: { source: "^[a-z_][a-z0-9_-]{0,31}$", says: "write the name of a Linux user" },
  fallback: "root",
  isRequired: false,
};

const genericService: ResourceType = {
  type: "genericService",
  title: "Generic Service",
  help: "A systemd unit that is installed on both nodes and disabled there: the pair starts it.",
  fields: [
    {
      name: "unit",
      title: "Unit",
      help: "The name of the unit, for example nginx.service.",
      kind: "text",
      pattern: {
        source: "^[A-Za-z0-9_.:@-]{1,128}$",
        says: "write the name of a systemd unit, for example nginx.service",
      },
      fallback: null,
      isRequired: true,
    },
  ],
  requires: [],
  holdsSharedDisk: false,
  defaults: { pendingTimeoutS: 100, looksAliveS: 5, isAliveS: null },
  isAliveLevel: null,
  packages: ["systemd"],
};

const genericApplication: ResourceType = {
  type: "genericApplication",
  title: "Generic Application",
  help: "A program that stays in the foreground; it is alive as long as its process exists.",
  fields: [
    {
      name: "command",
      title: "Command line",
      help: "The program with its arguments, as in a shell.",
      kind: "text",
      pattern: {
        source: "^[^\\n\\r\\0]{1,4096}$",
        says: "write one line with the program and its arguments",
      },
      fallback: null,
      isRequired: true,
    },
    {
      name: "directory",
      title: "Current directory",
      help: "It is started in this directory.",
      kind: "path",
      fallback: "/",
      isRequired: false,
    },
    user,
    {
      name: "stopSignal",
      title: "Stop signal",
      help: "Asks it to end; after the pending timeout it is killed.",
      kind: "choice",
      choices: ["TERM", "INT", "QUIT", "HUP", "USR1", "USR2"],
      fallback: "TERM",
      isRequired: false,
    },
  ],
  requires: [],
  holdsSharedDisk: false,
  defaults: { pendingTimeoutS: 30, looksAliveS: 5, isAliveS: null },
  isAliveLevel: null,
  packages: [],
};

const genericScript: ResourceType = {
  type: "genericScript",
  title: "Generic Script",
  help: "A script that is called with start, stop, looksAlive or isAlive, and says with exit code 0 that it went well.",
  fields: [
    {
      name: "script",
      title: "Script",
      help: "An executable file, the same on both nodes.",
      kind: "path",
      fallback: null,
      isRequired: true,
    },
    user,
  ],
  requires: [],
  holdsSharedDisk: false,
  defaults: { pendingTimeoutS: 60, looksAliveS: 5, isAliveS: 60 },
  isAliveLevel: 10,
  packages: [],
};

const timeService: ResourceType = {
  type: "timeService",
  title: "Time Service",
  help: "chrony as a time server for the group's clients; the clock of the other node is kept by its own means.",
  fields: [
    {
      name: "config",
      title: "Configuration",
      help: "A chrony.conf on both nodes or on a disk of the group; left out, /etc/chrony/chrony.conf.",
      kind: "path",
      fallback: null,
      isRequired: false,
    },
  ],
  requires: [],
  holdsSharedDisk: false,
  defaults: { pendingTimeoutS: 30, looksAliveS: 10, isAliveS: null },
  isAliveLevel: null,
  packages: ["chrony"],
};

const ocf: ResourceType = {
  type: "ocf",
  title: "Resource Agent",
  help: "Any resource agent that is installed on both nodes, with the parameters of its metadata.",
  fields: [
    {
      name: "agent",
      title: "Agent",
      help: "Written as ocf:provider:type, for example ocf:heartbeat:nginx.",
      kind: "text",
      pattern: {
        source: "^ocf:[A-Za-z0-9_-]{1,64}:[A-Za-z0-9_.-]{1,64}$",
        says: "write the agent as ocf:provider:type, for example ocf:heartbeat:nginx",
      },
      fallback: null,
      isRequired: true,
    },
    {
      name: "parameters",
      title: "Parameters",
      help: "Names and values, as the agent's metadata lists them.",
      kind: "parameters",
      fallback: null,
      isRequired: false,
    },
    {
      name: "holdsSharedDisk",
      title: "Holds a shared disk",
      help: "True if running it on both nodes at once destroys data; then the pair needs fencing and a witness.",
      kind: "flag",
      fallback: false,
      isRequired: false,
    },
  ],
  requires: [],
  holdsSharedDisk: false,
  defaults: { pendingTimeoutS: 60, looksAliveS: 10, isAliveS: null },
  isAliveLevel: 10,
  packages: [],
};

export const serviceTypes: readonly ResourceType[] = [
  genericService,
  genericApplication,
  genericScript,
  timeService,
  ocf,
];
