/** What a witness is told: which pairs it serves. The first stands by itself, so that policies of earlier versions are of this form, too. */
export interface WitnessPolicy {
  cluster: string;
  /** Where the nodes of that pair reach it. */
  address: string;
  /** Further pairs, in the order of the fleet file. Absent = none. */
  others?: ServedPair[];
}

/** One pair of a witness. A witness with several cards may have another address for each. */
export interface ServedPair {
  cluster: string;
  address: string;
}

/** All pairs of the witness, the first one first. */
export function servedPairs({ cluster, address, others = [] }: WitnessPolicy): ServedPair[] {
  return [{ cluster, address }, ...others];
}
