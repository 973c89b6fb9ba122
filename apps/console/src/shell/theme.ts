"use client";
/** Theme and contrast: kept in this browser, applied by `/theme.js`. */
import { useEffect, useState } from "react";

export type Theme = "system" | "light" | "dark";
export type Contrast = "system" | "more";

const changed = "bulkhead-theme";

function useStored<T extends string>(key: string, fallback: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(fallback);
  useEffect(() => {
    const read = () => setValue((localStorage.getItem(key) as T | null) ?? fallback);
    read();
    addEventListener(changed, read);
    return () => removeEventListener(changed, read);
  }, [key, fallback]);
  const store = (next: T) => {
    localStorage.setItem(key, next);
    dispatchEvent(new Event(changed));
  };
  return [value, store];
}

export const useTheme = () => useStored<Theme>("bulkhead.theme", "system");
export const useContrast = () => useStored<Contrast>("bulkhead.contrast", "system");

/** Rises whenever the colours change, for canvases that must be drawn anew. */
export function usePaintVersion(): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const observer = new MutationObserver(() => setVersion((n) => n + 1));
    observer.observe(document.documentElement, {
      attributes: true,
      attributeFilter: ["data-theme", "data-contrast"],
    });
    return () => observer.disconnect();
  }, []);
  return version;
}

export const themeOptions = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

export const contrastOptions = [
  { value: "system", label: "As the system" },
  { value: "more", label: "More" },
] as const;
