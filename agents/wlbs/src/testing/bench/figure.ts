/** What a figure of this bench is. */
import type { Row } from "@bulkhead/testkit/figures/rows";

export interface Context {
  /** Fewer and shorter rounds: for trying out, not for the record. */
  isQuick: boolean;
  /** Length of the long run of figure `calm`, minutes. */
  minutes: number;
  /** A directory of this run; it goes away afterwards. */
  work: string;
  /** The agent's half as it is installed on nodes: path of the bundled module. */
  halfModule: string;
  /** One line about what is being done. */
  tell(text: string): void;
}

/** A Debian package and the program by which it is known to be there. */
export interface Need {
  program: string;
  package: string;
}

export interface Figure {
  name: string;
  title: string;
  needs: Need[];
  run(context: Context): Promise<Row[]>;
}
