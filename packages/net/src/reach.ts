/** Short looks at whether somebody is there: for the validation of a pair, not for its heartbeats. */
import { createSocket } from "node:dgram";
import { connect } from "node:net";

/** The discard port: whoever listens there does nothing with what comes. */
const discardPort = 9;

export interface Place {
  address: string;
  port: number;
}

/** `refused` is an answer as well: somebody is there, but nothing listens. `silent`: no answer within `limitMs`. */
export function tryConnect(place: Place, limitMs: number): Promise<"taken" | "refused" | "silent"> {
  return new Promise((resolve) => {
    const socket = connect({ host: place.address, port: place.port, timeout: limitMs });
    const end = (outcome: "taken" | "refused" | "silent") => {
      socket.destroy();
      resolve(outcome);
    };
    socket.on("connect", () => end("taken"));
    socket.on("timeout", () => end("silent"));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      end(error.code === "ECONNREFUSED" ? "refused" : "silent"),
    );
  });
}

/** Sends an empty packet to an IPv4 address, so that the kernel has to find out which MAC it has. Never rejects. */
export async function nudge(address: string): Promise<void> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => {
    socket.on("error", () => resolve());
    socket.send("", discardPort, address, () => resolve());
  });
  socket.close();
}
