/** A host's share of the buckets as a bar, with its target as a tick. */
import { count, percent } from "@bulkhead/ui/format.ts";
import { bucketCount, type Share } from "./bucket-model.ts";
import { hostColour } from "./host-colour.ts";

/** The bar spans from nothing to twice the fair share of the fullest host, so that differences are seen. */
export function ShareBar({ share, scale, className }: { share: Share; scale: number; className?: string }) {
  const width = Math.min(100, (share.owned / scale) * 100);
  const tick = Math.min(100, (share.target / scale) * 100);
  const label = `${percent(share.owned, bucketCount)} of the buckets (${count(share.owned)}), target ${percent(share.target, bucketCount)}`;
  return (
    <span role="img" aria-label={label} title={label} className={className}>
      <span className="relative block h-2 rounded-[2px] bg-line/60">
        <span
          className="absolute inset-y-0 left-0 rounded-[2px] transition-[width] duration-200"
          style={{ width: `${width}%`, background: hostColour(share.hostId) }}
        />
        <span
          className="absolute -inset-y-0.5 w-0.5 -translate-x-1/2 rounded-full bg-text"
          style={{ left: `${tick}%` }}
        />
      </span>
    </span>
  );
}

/** Common scale of the bars of one cluster. */
export function shareScale(shares: readonly Share[]): number {
  return Math.max(1, ...shares.map((share) => Math.max(share.owned, share.target))) * 1.12;
}

/** A small square in the host's colour. */
export function HostSwatch({ hostId, faded = false }: { hostId: number; faded?: boolean }) {
  return (
    <span
      aria-hidden
      className="inline-block size-2.5 shrink-0 rounded-[3px]"
      style={{ background: hostColour(hostId), opacity: faded ? 0.35 : 1 }}
    />
  );
}
