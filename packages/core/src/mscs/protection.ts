/**
 * Whether a pair may lose a node and go on without harm: fencing that works, and a witness that votes. Used by
 * controller, console and checks alike.
 */
import type { MscsPolicy } from "./types.ts";
import type { ClusterView, Protection } from "./view.ts";

/**
 * `view` null: nobody has told how the pair is. `witnessOnline` false: the witness's own agent is away or says that it does
 * not run; null: not known. `why` is worst first; some of it only warns (one link), and leaves the pair protected.
 */
export function protectionOf(
  policy: Pick<MscsPolicy, "witness" | "fencing" | "networks">,
  view: ClusterView | null,
  witnessOnline: boolean | null,
): Protection {
  const missing = [
    ...fencingFaults(policy, view),
    ...witnessFaults(policy, view, witnessOnline),
    ...nodeFaults(view),
  ];
  const warnings = linkWarnings(policy, view);
  return { isProtected: missing.length === 0, why: [...missing, ...warnings], warnings };
}

function fencingFaults(policy: Pick<MscsPolicy, "fencing">, view: ClusterView | null): string[] {
  if (policy.fencing === null) {
    return [
      "There is no fencing: if the nodes lose sight of each other, both may run the same group. Set fencing for the pair",
    ];
  }
  if (view === null || view.engineBlind !== null) return [];
  if (!view.fencingEnabled)
    return [
      "Fencing is switched off in the engine (stonith-enabled). Apply the policy again, or revert the drift",
    ];
  return view.fencing
    .filter(({ working }) => working === false)
    .map(
      ({ device, why }) =>
        `Fencing by ${device} does not work: ${why ?? "its check failed"}. Mend it, then clear the failed state of the pair`,
    );
}

function witnessFaults(
  policy: Pick<MscsPolicy, "witness">,
  view: ClusterView | null,
  witnessOnline: boolean | null,
): string[] {
  if (policy.witness === null)
    return [
      "There is no witness: if the nodes lose sight of each other, the one that is cut off may fence the one that is well. Give the pair a witness",
    ];
  const { node } = policy.witness;
  const votes = view?.witness.votes ?? null;
  if (votes === false) {
    const why = view?.witness.why ?? null;
    return [
      `The witness ${node} does not vote${why === null ? "" : `: ${why}`}. If a node is lost now, all groups stop`,
    ];
  }
  // The engine's own word counts more than the absence of the witness's agent.
  return witnessOnline === false && votes === null
    ? [`The witness ${node} is not seen. If it is away and a node is lost, all groups stop. Bring it back`]
    : [];
}

function nodeFaults(view: ClusterView | null): string[] {
  if (view === null || view.engineBlind !== null) return [];
  const away = view.nodes.filter(({ state }) => state !== "up" && state !== "paused");
  return away.map(
    ({ name, state }) =>
      `${name} is ${state === "unclean" ? "in an unknown state" : state}: until it is back, no node is left to take over`,
  );
}

function linkWarnings(policy: Pick<MscsPolicy, "networks">, view: ClusterView | null): string[] {
  const links = policy.networks.filter(({ link }) => link !== null);
  if (links.length < 2)
    return [
      "The nodes hear each other on one network only: its cable or switch is a single point of failure. Add a second",
    ];
  if (view === null) return [];
  return view.networks
    .filter(
      ({ name, state }) =>
        (state === "down" || state === "partitioned") && links.some((link) => link.name === name),
    )
    .map(({ name, state }) => `Network ${name} is ${state}: heartbeats have one way left. Mend it`);
}
