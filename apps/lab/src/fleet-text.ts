/** The fleet file that the lab applies: the one in `fleet.yaml`, less what this machine cannot run. Pure. */

export interface FleetParts {
  /** Content of `fleet.yaml`. The back tier is its last section, and group `queue` the last one of the pair. */
  file: string;
  /** Content of `fleet-pair-2.yaml`: another pair, indented as below `mscs:`. */
  secondPair: string;
  hasBackTier: boolean;
  hasSecondPair: boolean;
  /** Whether the message broker of group `queue` is installed. */
  hasBroker: boolean;
  /** Directory of PostgreSQL's programs; with several versions on the machine the pair must be told which made the disk. */
  postgresPrograms: string | null;
  /** Corosync's token of the pairs, ms; null = the product's own. */
  tokenMs: number | null;
}

/** The text to apply. */
export function fleetText(parts: FleetParts): string {
  if (!parts.hasBackTier) return parts.file.replace(/^mscs:[\s\S]*$/m, "");
  const pair = parts.hasBroker ? parts.file : parts.file.replace(/^ {6}queue:\n(?: {8}.*\n)*/m, "");
  const all = parts.hasSecondPair ? `${pair}${parts.secondPair}` : pair;
  const timed =
    parts.tokenMs === null ? all : all.replaceAll(/^( +)witness: .*$/gm, `$&\n$1tokenMs: ${parts.tokenMs}`);
  return timed.replaceAll("type: postgresql,", `type: postgresql, binDir: ${parts.postgresPrograms},`);
}
