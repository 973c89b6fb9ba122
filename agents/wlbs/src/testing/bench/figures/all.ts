/** Every figure, in the order in which they are measured: short ones first. */
import type { Figure } from "../figure.ts";
import { agentCost } from "./agent-cost.ts";
import { buckets } from "./buckets.ts";
import { calm } from "./calm.ts";
import { filter } from "./filter.ts";
import { haproxy } from "./haproxy.ts";
import { keptConnections } from "./kept.ts";
import { nlb, takeover } from "./takeover.ts";
import { vipPath } from "./vip-path.ts";

export const figures: readonly Figure[] = [
  buckets,
  filter,
  vipPath,
  haproxy,
  keptConnections,
  agentCost,
  takeover,
  nlb,
  calm,
];
