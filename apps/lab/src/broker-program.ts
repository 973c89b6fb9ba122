/** Whether the message broker of the lab's second group is installed: without it the lab leaves that group out. */
import { existsSync } from "node:fs";

/** Where Debian and Ubuntu put Mosquitto. */
export const brokerProgram = "/usr/sbin/mosquitto";

export function hasBroker(): boolean {
  return existsSync(brokerProgram);
}
