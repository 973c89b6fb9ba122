/** Where a numbered flow comes from; the flood and who judges it must agree. */

const firstPort = 10_000;

export function flowPlace(sources: readonly string[], flow: number): { address: string; port: number } {
  const address = sources[flow % sources.length] ?? "";
  return { address, port: firstPort + Math.floor(flow / sources.length) };
}
