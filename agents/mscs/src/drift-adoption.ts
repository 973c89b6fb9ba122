/** What was changed in the engine by hand, as a part of a fleet file that says the same: taking drift over instead of reverting it. */
import {
  type AdoptionItem,
  type AdoptionReport,
  compileCib,
  type MscsPolicy,
  pairFileText,
  withDrift,
} from "@bulkhead/core/mscs";
import {
  configurationDifferences,
  type Difference,
  readCib,
  undoneChanges,
  type XmlElement,
} from "@bulkhead/pacemaker";

/** `cib`: the live one of a pair that follows `policy`. */
export function driftAdoption(policy: MscsPolicy, cib: XmlElement): AdoptionReport {
  const taken = withDrift(policy, readCib(cib).model);
  const found = configurationDifferences(cib, compileCib(policy));
  const left = undoneChanges(found, configurationDifferences(cib, compileCib(taken)));
  const changes = found.filter((item) => !left.includes(item)).map(taking);
  return {
    pair: policy.cluster,
    asIs: [],
    changes,
    kept: left.map(leaving),
    obstacles: obstaclesOf(policy.cluster, { found, changes }),
    fleetFile: changes.length === 0 ? "" : pairFileText(taken),
  };
}

function taking({ object, wanted, found }: Difference): AdoptionItem {
  return { object, text: `${wanted ?? "nothing"} becomes ${found ?? "nothing"} in the fleet file.` };
}

function leaving({ object, wanted, found }: Difference): AdoptionItem {
  return {
    object,
    text: `No field of the fleet file says ${found ?? "nothing"}; it becomes ${wanted ?? "nothing"} again when a policy is written.`,
  };
}

function obstaclesOf(
  cluster: string,
  { found, changes }: { found: readonly Difference[]; changes: readonly AdoptionItem[] },
): string[] {
  if (changes.length > 0) return [];
  return [
    found.length === 0
      ? `The engine of ${cluster} is configured as its policy says, so there is nothing to take over.`
      : `Nothing of what was changed in the engine of ${cluster} can stand in a fleet file. Revert it.`,
  ];
}
