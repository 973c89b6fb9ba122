/** Sizes of clusters that a proof goes through: each up to eight, then eights more. */
export function sizesTo(most: number): number[] {
  return Array.from({ length: most }, (_, index) => index + 1).filter(
    (size) => size <= 8 || size % 8 === 0 || size === most,
  );
}
