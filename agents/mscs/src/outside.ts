/**
 * Work that the agent's own service may not do: systemd gives it a read-only /usr and no devices. Where there is systemd it
 * does such work in a passing unit; elsewhere (containers, the lab) there is no such wall and it is done directly.
 */
import { type Execute, type ExecuteOptions, type Execution, missingPrograms } from "@bulkhead/pacemaker";

/** `argv`: program and arguments; no shell. Rejects only if nothing could be started. */
export async function runOutside(
  run: Execute,
  [program, ...args]: readonly [string, ...string[]],
  options: ExecuteOptions = {},
): Promise<Execution> {
  if ((await missingPrograms(["systemd-run"])).length === 0) {
    const unit = ["--wait", "--pipe", "--collect", "--quiet", "--", program, ...args];
    const done = await run("systemd-run", unit, options);
    // Installed, but not the service manager of this machine.
    if (!/System has not been booted|Failed to connect to bus/i.test(done.stderr)) return done;
  }
  return run(program, args, options);
}
