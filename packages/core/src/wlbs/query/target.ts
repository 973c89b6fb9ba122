/**
 * `vip:port`, `all:port` and `all`: how commands name port rules (DOMAIN 1.8). A command means the whole rule that
 * contains the port.
 */
import { canonicalAddress } from "../../fleet/index.ts";
import type { RuleTarget } from "../convergence/events.ts";
import type { PortRule } from "../types.ts";

/** An address with a port. */
export interface Endpoint {
  address: string;
  port: number;
}

function parsePort(text: string): number | null {
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port <= 65_535 ? port : null;
}

/** `192.0.2.1:80` or `[2001:db8::1]:80`; null when it is neither. */
export function parseEndpoint(text: string): Endpoint | null {
  const [, bracketed, plain, portText = ""] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(text.trim()) ?? [];
  const address = canonicalAddress(bracketed ?? plain ?? "");
  const port = parsePort(portText);
  return address === null || port === null ? null : { address, port };
}

/** Null when the text is no target; say then `ruleTargetForm`. */
export function parseRuleTarget(text: string): RuleTarget | null {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === "all") return { vip: null, port: null };
  const afterAll = /^all:(\d+)$/.exec(trimmed)?.[1];
  if (afterAll !== undefined) {
    const port = parsePort(afterAll);
    return port === null ? null : { vip: null, port };
  }
  const endpoint = parseEndpoint(trimmed);
  return endpoint === null ? null : { vip: endpoint.address, port: endpoint.port };
}

/** What to write instead of a malformed target. */
export const ruleTargetForm = "Write all, all:PORT, VIP:PORT or [IPV6-VIP]:PORT.";

export function formatEndpoint({ address, port }: Endpoint): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

export function formatRuleTarget({ vip, port }: RuleTarget): string {
  if (port === null) return "all";
  return vip === null ? `all:${port}` : formatEndpoint({ address: vip, port });
}

/** The rules that a target means, in policy order. `all:port` means the rules with that port on whatever VIP. */
export function rulesOf<Rule extends Pick<PortRule, "vip" | "startPort" | "endPort">>(
  rules: readonly Rule[],
  { vip, port }: RuleTarget,
): Rule[] {
  if (port === null) return [...rules];
  return rules.filter((rule) => {
    const hasVip = vip === null || rule.vip === null || rule.vip === vip;
    return hasVip && rule.startPort <= port && port <= rule.endPort;
  });
}
