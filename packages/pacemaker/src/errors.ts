/** Errors of the engine's tools, each with what the admin can do. */

/** The packages without which a node of a pair cannot run (Debian and Ubuntu names). */
export const pairPackages =
  "pacemaker pacemaker-cli-utils corosync corosync-qdevice resource-agents libnss3-tools openssl";
export const witnessPackages = "corosync-qnetd libnss3-tools openssl";

/** A program is not installed. */
export class MissingToolError extends Error {
  readonly command: string;

  constructor(command: string) {
    const packages = command.includes("qnetd") ? witnessPackages : pairPackages;
    super(
      command === "systemctl"
        ? "systemctl is not there: Bulkhead starts the engine's daemons through systemd; use a host that runs it"
        : `${command} is not installed. Run: apt-get install --no-install-recommends ${packages}`,
    );
    this.name = "MissingToolError";
    this.command = command;
  }
}

/** A tool ran and said no. `code` is its exit code; null when it was ended by a signal or by its time limit. */
export class EngineError extends Error {
  readonly code: number | null;

  constructor(message: string, code: number | null) {
    super(message);
    this.name = "EngineError";
    this.code = code;
  }
}
