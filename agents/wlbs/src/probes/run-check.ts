/**
 * One health check of this host's own service. It asks on the dedicated IP; a service that listens on the virtual IP
 * alone refuses there and is asked on that, from that very address, so that the question cannot leave the host.
 */
import type { ProbeCheck } from "@bulkhead/core/wlbs";
import { type CheckOutcome, type CheckTarget, checkHttp, checkTcp } from "@bulkhead/net";
import { runScript } from "@bulkhead/runtime";
import type { ProbePlace } from "../ports.ts";

/** Never rejects. */
export async function runCheck(check: ProbeCheck, place: ProbePlace): Promise<CheckOutcome> {
  if (check.kind === "script") return runScriptCheck(check, place);
  const { dedicatedIp, vip, timeoutMs } = place;
  const outcome = await checkAt({ address: dedicatedIp, port: check.port, timeoutMs }, check);
  if (!outcome.refused) return outcome;
  const onVip = await checkAt({ address: vip, port: check.port, timeoutMs, localAddress: vip }, check);
  // The virtual IP is not here while the host is stopped; then the first answer says more.
  return onVip.ok ? onVip : outcome;
}

function checkAt(target: CheckTarget, check: Exclude<ProbeCheck, { kind: "script" }>): Promise<CheckOutcome> {
  return check.kind === "tcp" ? checkTcp(target) : checkHttp(target, check);
}

async function runScriptCheck(
  { command, args }: Extract<ProbeCheck, { kind: "script" }>,
  { rule, timeoutMs }: ProbePlace,
): Promise<CheckOutcome> {
  const { exitCode, words } = await runScript({
    command,
    args,
    timeoutMs,
    environment: { BULKHEAD_RULE: rule },
  });
  return { ok: exitCode === 0, text: words, refused: false };
}
