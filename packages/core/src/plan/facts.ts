/** Small questions about an intent that several checks ask. */
import { parseCidr } from "../fleet/index.ts";
import type { Intent } from "./types.ts";

/** Address without prefix of a CIDR text; the text itself if it has none. */
export function bareAddress(cidr: string): string {
  return parseCidr(cidr)?.address ?? cidr;
}

/** All virtual IPs, canonical, with their cluster. */
export function virtualIps(intent: Intent): { address: string; cluster: string }[] {
  return Object.entries(intent.wlbs).flatMap(([cluster, { vips }]) =>
    vips.map((vip) => ({ address: bareAddress(vip), cluster })),
  );
}

/** All dedicated IPs, canonical, with the host they belong to. */
export function dedicatedIps(intent: Intent): { address: string; node: string; cluster: string }[] {
  return Object.entries(intent.wlbs).flatMap(([cluster, { hosts }]) =>
    Object.entries(hosts).map(([node, host]) => ({ address: bareAddress(host.dedicatedIp), node, cluster })),
  );
}

/** All floating addresses: the ipAddress resources of all groups. `owner` is how messages name them. */
export function floatingAddresses(intent: Intent): { address: string; owner: string; cluster: string }[] {
  return Object.entries(intent.mscs).flatMap(([cluster, { groups }]) =>
    Object.entries(groups).flatMap(([group, { resources }]) =>
      resources.flatMap((resource) =>
        resource.type === "ipAddress"
          ? [
              {
                address: resource.address,
                owner: `resource ${resource.name} of group ${group} in ${cluster}`,
                cluster,
              },
            ]
          : [],
      ),
    ),
  );
}

/** Every node name that the intent gives a part to, with that part. A node may wrongly appear more than once. */
export function nodeRoles(
  intent: Intent,
): { node: string; role: "wlbs" | "mscs" | "witness"; cluster: string }[] {
  const wlbs = Object.entries(intent.wlbs).flatMap(([cluster, { hosts }]) =>
    Object.keys(hosts).map((node) => ({ node, role: "wlbs" as const, cluster })),
  );
  const mscs = Object.entries(intent.mscs).flatMap(([cluster, { nodes, witness }]) => [
    ...nodes.map((node) => ({ node, role: "mscs" as const, cluster })),
    ...(witness === null ? [] : [{ node: witness, role: "witness" as const, cluster }]),
  ]);
  return [...wlbs, ...mscs];
}
