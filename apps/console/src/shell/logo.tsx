/** The mark: two rooms and a wall. */

/** @param className size of the mark. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" className={className} aria-hidden="true">
      <rect x="3" y="2.5" width="18" height="7" rx="1.6" className="fill-front" />
      <rect x="1" y="11" width="22" height="2" className="fill-text" />
      <rect x="3" y="14.5" width="18" height="7" rx="1.6" className="fill-back" />
    </svg>
  );
}
