"use client";
/** Whether the browser has taken the prerendered page over. */
import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/**
 * False while prerendering and while the browser takes that over, true from then on. For what another part of the page may have fetched
 * already: text that differs from the prerendered one would be an error of React's.
 */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
