/** Reader of `corosync-cfgtool -n`: the links to the other node as knet sees them. */

export interface LinkState {
  link: number;
  /** Address of this node on the link. */
  local: string;
  /** Address of the other node on the link. */
  remote: string;
  /** Node id of the other node. */
  peer: number;
  /** True while the two hear each other on it. */
  isConnected: boolean;
}

/**
 * Rows are `nodeid: 2 reachable` and below `LINK: 0 udp (10.77.0.11->10.77.0.12) enabled connected mtu: 1397`; a link
 * that carries nothing says `disconnected`. Empty for a text that has no such rows: then nothing is known.
 */
export function readCfgTool(text: string): LinkState[] {
  const links: LinkState[] = [];
  let peer = 0;
  for (const line of text.split("\n")) {
    peer = Number(/^nodeid:\s*(\d+)/.exec(line.trim())?.[1] ?? peer);
    const found = /^LINK:\s*(\d+)\s+\S+\s+\((.+)->(.+)\)\s+(.*)$/.exec(line.trim());
    if (found === null) continue;
    const [, link = "", local = "", remote = "", words = ""] = found;
    links.push({
      link: Number(link),
      local,
      remote,
      peer,
      isConnected: words.split(/\s+/).includes("connected"),
    });
  }
  return links;
}
