/**
 * The driver's real program in a thread with another clock on the wall (`{ skewMs }`), or one whose memory fills up
 * (`"fill"`). Only `Date` is moved: what never jumps on a real machine does not jump here either.
 */
import "../../driver/thread-program.ts";

const wallMs = Date.now.bind(Date);
const channel = new BroadcastChannel("strain");

function skew(ms: number): void {
  Date.now = () => wallMs() + ms;
}

/** Until the heap's limit ends the thread. */
function fill(): never {
  for (const hoard: unknown[] = []; ; ) hoard.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
}

skew(Number(process.env["WLBS_HARD_SKEW_MS"] ?? 0));
channel.onmessage = (event) => {
  const { data } = event as { data: unknown };
  if (data === "fill") fill();
  skew((data as { skewMs: number }).skewMs);
};
