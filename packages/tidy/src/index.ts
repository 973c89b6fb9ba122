/** The house rules as tests; each failure names the cure. */
export { importsOf, sourceFiles } from "./source.ts";
