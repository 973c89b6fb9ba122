/** What a node may be called; the API holds the same rule. Pure. */

const pattern = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const lengthMax = 63;

/** Why a name cannot be taken; null when it can. */
export function nameProblem(name: string, taken: readonly string[]): string | null {
  if (name === "") return "Give the node a name.";
  if (name.length > lengthMax) return `Use at most ${lengthMax} characters.`;
  if (!pattern.test(name)) return "Use small letters, digits and hyphens, for example web-1.";
  return taken.includes(name)
    ? `${name} is enrolled already. Choose another name, or revoke that node first.`
    : null;
}
