/** Installing what a pair's node needs, where the admin has allowed it (`"installPackages": true` in agent.json). */
import { type Execute, executeOk, missingPrograms } from "@bulkhead/pacemaker";
import { runOutside } from "./outside.ts";

/** 53 packages took 24 s on a fast line (FAILOVER 1); a slow mirror may need a multiple. */
const limitMs = 900_000;

/**
 * The packages start nothing by themselves: a daemon with the example's configuration would be a cluster of its own.
 * Whoever had forbidden starts before still has.
 */
const script = `set -e
if [ ! -e /usr/sbin/policy-rc.d ]; then
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends "$@"`;

/** `packages`: Debian names. Rejects with what apt said. */
export async function installPackages(run: Execute, packages: string): Promise<void> {
  if ((await missingPrograms(["apt-get"])).length > 0)
    throw new Error(
      `There is no apt-get here; install what these packages of Debian hold by hand: ${packages}`,
    );
  const outside: Execute = (program, args, options) => runOutside(run, [program, ...args], options);
  await executeOk(outside, ["sh", "-c", script, "sh", ...packages.split(" ")], { timeoutMs: limitMs });
}
