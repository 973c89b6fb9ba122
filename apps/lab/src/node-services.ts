/**
 * What the fabric offers inside nodes, as HTTP over unix sockets in the lab's corner (`/run/lab`): to every node the
 * orders of `systemctl`, to the nodes of the pair the power strip that the fence agent switches.
 */
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import type { LabNode } from "./node.ts";
import { nodePlaces, type Places } from "./places.ts";
import { bare } from "./units.ts";

/** `POST /VERB/NAME`; 200 and a text, or 4xx and why not. */
type Answer = (verb: string, name: string) => Promise<string>;

function serve(path: string, answer: Answer): Promise<Server> {
  const server = createServer((request, response) => {
    const [, verb = "", name = ""] = decodeURIComponent(request.url ?? "").split("/");
    answer(verb, name).then(
      (text) => response.writeHead(200).end(text),
      (error: unknown) => response.writeHead(409).end(error instanceof Error ? error.message : String(error)),
    );
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // Relative to the data directory, which is the working directory: socket paths end at 107 bytes.
    server.listen(path, () => resolve(server));
  });
}

/** The socket behind the node's `systemctl`. Made before each boot; returns the server. */
export function serveInit(share: string, node: LabNode): Promise<Server> {
  return serve(join(share, "init.sock"), async (verb, name) => {
    const units = node.units();
    if (units === null) throw new Error("The node is still booting.");
    const unit = bare(name);
    if (verb === "restart" || verb === "reload-or-restart" || verb === "try-restart") {
      await units.stop(unit);
      await units.start(unit);
    } else if (verb === "start") await units.start(unit);
    else if (verb === "stop") await units.stop(unit);
    else if (verb === "enable") await units.enable(unit);
    else if (verb === "disable") await units.disable(unit);
    else if (verb === "status" || verb === "show")
      return `${unit}.service ${units.states()[unit] ?? "inactive"}`;
    else throw new Error(`systemctl: a lab node does not know '${verb}'.`);
    return "";
  });
}

/** The power strip of the pair: only its own nodes hang on it. */
export function servePower(share: string, pair: LabNode[]): Promise<Server> {
  return serve(join(share, "power.sock"), async (verb, name) => {
    if (verb === "list") return pair.map(({ spec }) => `${spec.name},`).join("\n");
    const node = pair.find(({ spec }) => spec.name === name);
    if (node === undefined) throw new Error(`No node '${name}' hangs on this power strip.`);
    if (verb === "status") return node.status().power === "off" ? "off" : "on";
    if (verb === "on") await node.powerOn();
    else if (verb === "off") await node.powerOff();
    else if (verb === "reboot") {
      await node.powerOff();
      // Power is proven off; the answer must not wait for the boot, as with a real management controller.
      void node.powerOn().catch((error: unknown) => console.error(`${name} did not come back:`, error));
    } else throw new Error(`A power strip does not know '${verb}'.`);
    return "done";
  });
}

/** Paths of the sockets, relative to the data directory. */
export function sharePath(places: Places, name: string): string {
  return nodePlaces(places, name).share.slice(places.data.length + 1);
}
