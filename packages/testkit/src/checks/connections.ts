/**
 * A connection stays with its host until it ends. The only things that may cut one are those that an admin has asked for; the
 * story tells this watch about each of them before it does it.
 */
import type { Flow } from "../sim-kernel.ts";

export class CutWatch {
  /** Nodes where everything may be cut. */
  readonly #everything = new Set<string>();
  /** `node port` whose connections may be cut. */
  readonly #ports = new Set<string>();
  cutAsAsked = 0;

  /** The admin stops, suspends or removes this host, or has set a deadline for its drain. */
  permitAll(node: string): void {
    this.#everything.add(node);
  }

  /** The admin disables what covers this port on this host. */
  permitPort(node: string, port: number): void {
    this.#ports.add(`${node} ${port}`);
  }

  /** The host is started again: from now on nothing may be cut. */
  forbid(node: string): void {
    this.#everything.delete(node);
    for (const key of this.#ports) if (key.startsWith(`${node} `)) this.#ports.delete(key);
  }

  /** The rule is enabled again. */
  forbidPort(node: string, port: number): void {
    this.#ports.delete(`${node} ${port}`);
  }

  /** Null when somebody asked for it. */
  whyWrong(node: string, flow: Flow): string | null {
    if (this.#everything.has(node) || this.#ports.has(`${node} ${flow.port}`)) {
      this.cutAsAsked += 1;
      return null;
    }
    return `${node} cut connection ${flow.id} to ${flow.vip}:${flow.port}, and nobody had asked for that`;
  }
}
