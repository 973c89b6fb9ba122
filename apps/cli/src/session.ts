/** The options of the whole program, and the connection made from them on first use. */
import path from "node:path";
import { type Api, type Connection, client, connect, type GlobalOptions } from "./connect.ts";

export class Session {
  #options: GlobalOptions = { data: "", json: false };
  #connection: Connection | null = null;

  configure(options: GlobalOptions): void {
    this.#options = { ...options, data: path.resolve(options.data) };
  }

  json(): boolean {
    return this.#options.json;
  }

  dataDir(): string {
    return this.#options.data;
  }

  connection(): Connection {
    this.#connection ??= connect(this.#options);
    return this.#connection;
  }

  api(): Api {
    return client(this.connection());
  }
}
