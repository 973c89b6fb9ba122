/** The WLBS half of the agent: heartbeats, convergence and the kernel's data plane of one host. */
export * from "./ports.ts";
export { wlbsHalf } from "./wlbs-half.ts";
