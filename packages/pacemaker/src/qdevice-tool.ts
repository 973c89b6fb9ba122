/** Reader of `corosync-qdevice-tool -s -v`: this node's connection to the witness. */

export interface QdeviceState {
  /** `Connected`, `Connecting`, `Disconnected`, ... as the tool says it. */
  state: string;
  isConnected: boolean;
  /** Null while there is no connection: nothing is encrypted then, and nothing is not. */
  isTls: boolean | null;
}

/** Null when the text holds no state: the daemon does not run, or has no network model. */
export function readQdeviceTool(text: string): QdeviceState | null {
  const state = field(text, "State");
  if (state === null) return null;
  const isConnected = /^connected$/i.test(state);
  const tls = field(text, "TLS active");
  return { state, isConnected, isTls: isConnected && tls !== null ? /^yes/i.test(tls) : null };
}

function field(text: string, label: string): string | null {
  const line = text.split("\n").find((row) => row.trim().startsWith(`${label}:`));
  return line === undefined ? null : line.slice(line.indexOf(":") + 1).trim();
}
