/**
 * What both ends of a link do alike: read text frames, and notice a peer that has gone silent. TCP alone
 * would not tell for many minutes when a host has been powered off.
 */
import type { RawData, WebSocket } from "ws";

/** The text of a frame, or null for a binary frame, which the protocol does not know. */
export function frameText(data: RawData, isBinary: boolean): string | null {
  if (isBinary) return null;
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return data instanceof ArrayBuffer ? Buffer.from(data).toString("utf8") : data.toString("utf8");
}

/**
 * A close frame holds at most 123 bytes of reason (RFC 6455, 5.5), and `ws` throws beyond that. Cut by bytes, not
 * characters: a reason may quote what the peer sent.
 */
export function closeReason(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= 123) return text;
  return bytes
    .subarray(0, 120)
    .toString("utf8")
    .replace(/\uFFFD+$/, "");
}

/** Pings every period, and cuts the link after `silenceMsMax` without frame, ping or pong. Ends with the socket. */
export function watchSilence(
  socket: WebSocket,
  timing: { pingPeriodMs: number; silenceMsMax: number },
): void {
  let heardAt = performance.now();
  const hear = (): void => {
    heardAt = performance.now();
  };
  for (const event of ["open", "message", "ping", "pong"] as const) socket.on(event, hear);
  const timer = setInterval(() => {
    if (socket.readyState !== socket.OPEN) return;
    if (performance.now() - heardAt > timing.silenceMsMax) socket.terminate();
    else socket.ping();
  }, timing.pingPeriodMs);
  socket.on("close", () => clearInterval(timer));
}
