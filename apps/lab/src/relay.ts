/**
 * Carries the controller into the management network: bytes between TCP 10.77.9.1:7700 and the controller's socket
 * file. It understands nothing of what it carries, so WebSocket and downloads pass alike.
 */
import { connect, createServer, type Server, type Socket } from "node:net";

export interface RelayOptions {
  host: string;
  port: number;
  /** Path of the unix socket; the connection is refused by closing while nobody listens there. */
  socketPath: string;
}

/** Starts the relay; resolves when it listens. */
export function startRelay({ host, port, socketPath }: RelayOptions): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path: socketPath, allowHalfOpen: true });
    tie(near, far);
    tie(far, near);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(server));
  });
}

function tie(from: Socket, to: Socket): void {
  from.pipe(to);
  from.on("error", () => to.destroy());
  from.on("close", () => to.destroySoon());
}
