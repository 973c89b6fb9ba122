/** The WLBS half of the agent: heartbeats, convergence and the kernel's data plane of one host. */
import type { CreateHalf } from "@bulkhead/runtime";
import { precedeServices } from "./precedence.ts";
import { realPorts } from "./real-ports.ts";
import { wlbsHalf } from "./wlbs-half.ts";

/** In the bundle the driver's program is a file beside this one. */
const driverProgram = import.meta.url.endsWith(".ts") ? "./driver/thread-program.ts" : "./wlbs-driver.mjs";

/** What the agent's frame loads on a WLBS host. */
export const createWlbsHalf: CreateHalf = (context) => {
  precedeServices();
  return wlbsHalf(context, realPorts(new URL(driverProgram, import.meta.url)));
};
