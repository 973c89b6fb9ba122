/** Who owns how much of a rule, as one bar in host colours. */
import { cn } from "@bulkhead/ui/cn.ts";
import { percent } from "@bulkhead/ui/format.ts";
import { bucketCount, type Share } from "./bucket-model.ts";
import { hostColour } from "./host-colour.ts";

/** Buckets of nobody stay hatched. Hosts in their own order, so that a change is seen as a change of widths. */
export function DistributionBar({ shares, className }: { shares: readonly Share[]; className?: string }) {
  const owned = shares.filter((share) => share.owned > 0);
  const nobody = bucketCount - owned.reduce((sum, share) => sum + share.owned, 0);
  const texts = owned.map((share) => `${share.node} ${percent(share.owned, bucketCount)}`);
  if (nobody > 0) texts.push(`nobody ${percent(nobody, bucketCount)}`);
  return (
    <span
      role="img"
      aria-label={`Distribution: ${texts.join(", ")}`}
      title={texts.join("\n")}
      className={cn("hatched flex h-2.5 overflow-hidden rounded-[3px] bg-line/60", className)}
    >
      {owned.map((share) => (
        <span
          key={share.hostId}
          className="h-full transition-[width] duration-200"
          style={{ width: `${(share.owned / bucketCount) * 100}%`, background: hostColour(share.hostId) }}
        />
      ))}
    </span>
  );
}
