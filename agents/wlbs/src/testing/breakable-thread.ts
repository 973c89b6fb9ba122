/** The driver's real program, in a thread that a proof can break: by a fault, or by standing still. */
import "../driver/thread-program.ts";

const channel = new BroadcastChannel("break");
channel.onmessage = (event) => {
  if ((event as { data: unknown }).data === "hang") for (;;);
  setImmediate(() => {
    throw new Error("broken by the proof");
  });
};
