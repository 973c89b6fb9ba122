/** A problem of a fleet file: where it is, what is wrong, what to write instead. */
export interface Problem {
  /** 1-based; 1:1 when the place is unknown. */
  line: number;
  column: number;
  /** Dotted path of the field, for example `wlbs.web.rules.http.ports`. Empty for the whole file. */
  path: string;
  message: string;
  cure: string;
}
