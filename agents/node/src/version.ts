/** The version that the bundle was built with; `checkout` when the sources run as they are. */
declare const bulkheadAgentVersion: string | undefined;

export const agentVersion: string =
  typeof bulkheadAgentVersion === "string" ? bulkheadAgentVersion : "checkout";
