/**
 * Reads the part of systemd's unit file format that the lab's nodes need: sections, continued lines, quoting, lists
 * that an empty assignment clears. Hardening and resource settings are left out on purpose: a node is already a
 * namespace set. See systemd.unit(5) and systemd.service(5).
 */

export interface Unit {
  name: string;
  type: "simple" | "oneshot" | "notify" | "forking" | "exec";
  remainAfterExit: boolean;
  requires: string[];
  execStartPre: string[];
  execStart: string[];
  execStop: string[];
  environment: Record<string, string>;
  /** Paths; a leading `-` means that the file may be missing. */
  environmentFiles: string[];
  workingDirectory: string | null;
  restart: "no" | "always" | "on-failure";
  restartDelayMs: number;
  user: string | null;
  runtimeDirectories: string[];
  stateDirectories: string[];
  killSignal: NodeJS.Signals;
  /** False for `KillMode=process`: then only the main process is stopped. */
  killGroup: boolean;
  stopTimeoutMs: number;
  wantedBy: string[];
}

type Section = Map<string, string[]>;

/** Parses the text of `name`. Unknown keys are ignored. */
export function parseUnit(name: string, text: string): Unit {
  const sections = parseSections(text);
  const unit = sections.get("Unit") ?? new Map();
  const service = sections.get("Service") ?? new Map();
  const install = sections.get("Install") ?? new Map();
  return {
    name,
    type: oneOf(last(service, "Type"), ["simple", "oneshot", "notify", "forking", "exec"], "simple"),
    remainAfterExit: ["yes", "true", "1", "on"].includes(last(service, "RemainAfterExit") ?? ""),
    requires: words(all(unit, "Requires")).filter((required) => required.endsWith(".service")),
    execStartPre: all(service, "ExecStartPre"),
    execStart: all(service, "ExecStart"),
    execStop: all(service, "ExecStop"),
    environment: assignments(all(service, "Environment")),
    environmentFiles: all(service, "EnvironmentFile"),
    workingDirectory: last(service, "WorkingDirectory") ?? null,
    restart: restartOf(last(service, "Restart")),
    restartDelayMs: spanMs(last(service, "RestartSec"), 100),
    user: last(service, "User") ?? null,
    runtimeDirectories: words(all(service, "RuntimeDirectory")),
    stateDirectories: words(all(service, "StateDirectory")),
    killSignal: (last(service, "KillSignal") ?? "SIGTERM") as NodeJS.Signals,
    killGroup: last(service, "KillMode") !== "process",
    stopTimeoutMs: spanMs(last(service, "TimeoutStopSec"), 90_000),
    wantedBy: words(all(install, "WantedBy")),
  };
}

/** Splits a command line as systemd does: blanks separate, quotes join, a backslash keeps the next character. */
export function splitWords(line: string): string[] {
  const pattern = /(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|((?:[^\s\\"']|\\.)+))+/g;
  return [...line.matchAll(pattern)].map(([word]) =>
    word
      .replaceAll(
        /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/g,
        (_, double?: string, single?: string) => double ?? single ?? "",
      )
      .replaceAll(/\\(.)/g, "$1"),
  );
}

/**
 * The argument list of one Exec line. `$NAME` alone becomes its words (none when unset), `${NAME}` its text; the
 * prefixes `-`, `+`, `!`, `@`, `:` of the program are dropped.
 */
export function commandOf(line: string, environment: Record<string, string>): string[] {
  const [program, ...args] = splitWords(line.replace(/^[-+!@:]+/, ""));
  const expanded = args.flatMap((word) => {
    const whole = /^\$([A-Za-z_]\w*)$/.exec(word)?.[1];
    if (whole !== undefined) return splitWords(environment[whole] ?? "");
    return [word.replaceAll(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => environment[name] ?? "")];
  });
  return program === undefined ? [] : [program, ...expanded];
}

/** The assignments of an environment file: `NAME=value` lines, optional quotes, comments. */
export function parseEnvironmentFile(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => /^\s*[A-Za-z_]\w*=/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", ...rest] = line.trim().split("=");
      return [name, rest.join("=").replace(/^(["'])(.*)\1$/, "$2")];
    }),
  );
}

function parseSections(text: string): Map<string, Section> {
  const sections = new Map<string, Section>();
  let current: Section = new Map();
  for (const line of text
    .replaceAll(/\\\n/g, " ")
    .split("\n")
    .map((raw) => raw.trim())) {
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const header = /^\[(.+)\]$/.exec(line)?.[1];
    if (header !== undefined) {
      current = sections.get(header) ?? new Map();
      sections.set(header, current);
      continue;
    }
    const at = line.indexOf("=");
    if (at > 0) assign(current, line.slice(0, at).trim(), line.slice(at + 1).trim());
  }
  return sections;
}

/** An empty assignment clears what came before. */
function assign(section: Section, key: string, value: string): void {
  section.set(key, value === "" ? [] : [...(section.get(key) ?? []), value]);
}

function all(section: Section, key: string): string[] {
  return section.get(key) ?? [];
}

function last(section: Section, key: string): string | undefined {
  return section.get(key)?.at(-1);
}

function words(values: string[]): string[] {
  return values.flatMap(splitWords);
}

function assignments(values: string[]): Record<string, string> {
  return parseEnvironmentFile(words(values).join("\n"));
}

function oneOf<T extends string>(value: string | undefined, allowed: readonly T[], fallback: T): T {
  return allowed.find((candidate) => candidate === value) ?? fallback;
}

/** `on-abnormal` and its kin are nearest to `on-failure`. */
function restartOf(value: string | undefined): Unit["restart"] {
  if (value === undefined || value === "no") return "no";
  return value === "always" ? "always" : "on-failure";
}

const unitMs: Record<string, number> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  "": 1000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
};

/** A systemd time span such as `1s`, `500ms`, `30min`, in milliseconds. */
function spanMs(text: string | undefined, fallbackMs: number): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|sec|s|min|m|h|)$/.exec(text ?? "");
  return match === null ? fallbackMs : Number(match[1]) * (unitMs[match[2] ?? ""] ?? 1000);
}
