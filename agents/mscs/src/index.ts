/** The MSCS half of the agent: a node of a pair, and the witness beside it. What the agent's frame loads. */
import type { CreateHalf } from "@bulkhead/runtime";
import { createMscsHalf as createPairHalf } from "./mscs-half.ts";
import { spareMemory } from "./spare-memory.ts";
import { createWitnessHalf as createVoterHalf } from "./witness-half.ts";

export const createMscsHalf: CreateHalf = (context) => {
  spareMemory();
  return createPairHalf(context);
};

export const createWitnessHalf: CreateHalf = (context) => {
  spareMemory();
  return createVoterHalf(context);
};
