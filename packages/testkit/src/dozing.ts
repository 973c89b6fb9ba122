/** The rest of a simulated host: like the driver of a real one it leaves messages unread for as long as its machine says. */
import type { WlbsMessage } from "@bulkhead/core/wlbs";

export interface DozingPorts {
  /** For how long nobody has to look at messages, ms. */
  restMs(): number;
  after(ms: number, run: () => void): void;
  /** Takes all that has come at one go. */
  read(messages: WlbsMessage[]): void;
}

export class Dozing {
  readonly #ports: DozingPorts;
  #unread: WlbsMessage[] = [];
  #rests = false;
  /** Of the present rest: one that was broken off ends nothing. */
  #number = 0;

  constructor(ports: DozingPorts) {
    this.#ports = ports;
  }

  take(message: WlbsMessage): void {
    if (this.#rests) this.#unread.push(message);
    else this.#read([message]);
  }

  /** What has come is gone with the process. */
  forget(): void {
    this.#unread = [];
    this.#rests = false;
    this.#number += 1;
  }

  /** A process that goes on after a pause finds what came before it and in it, in this order. */
  awake(): void {
    const unread = this.#unread;
    this.forget();
    if (unread.length > 0) this.#read(unread);
  }

  #read(messages: WlbsMessage[]): void {
    this.#ports.read(messages);
    const forMs = Math.floor(this.#ports.restMs());
    if (forMs < 1 || this.#rests) return;
    this.#rests = true;
    this.#number += 1;
    const number = this.#number;
    this.#ports.after(forMs, () => {
      if (this.#rests && number === this.#number) this.awake();
    });
  }
}
