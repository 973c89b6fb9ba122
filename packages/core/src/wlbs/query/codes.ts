/**
 * Words of the answers to commands, and the numbers that WMI gives them (DOMAIN 1.8, MicrosoftNLB return values).
 */

/** `refused`, `failed` and `timeout` stand for what happened on the way to the host. */
export const statusCodes = {
  ok: 1000,
  already: 1001,
  "drain-stop": 1002,
  "bad-params": 1003,
  "not-found": 1004,
  stopped: 1005,
  converging: 1006,
  converged: 1007,
  default: 1008,
  draining: 1009,
  suspended: 1013,
  "media-disconnected": 1014,
  refused: 1101,
  failed: 1102,
  timeout: 1103,
} as const;

export type StatusCode = keyof typeof statusCodes;
