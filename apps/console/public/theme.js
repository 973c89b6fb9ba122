// Sets theme and contrast before the first paint. A file of its own, so that a strict content policy needs no exception.
(() => {
  const read = (key, fallback) => {
    try {
      return localStorage.getItem(key) ?? fallback;
    } catch {
      return fallback;
    }
  };
  const apply = () => {
    const theme = read("bulkhead.theme", "system");
    const contrast = read("bulkhead.contrast", "system");
    const dark = theme === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
    const more = contrast === "system" ? matchMedia("(prefers-contrast: more)").matches : contrast === "more";
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    document.documentElement.dataset.contrast = more ? "more" : "normal";
  };
  apply();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
  matchMedia("(prefers-contrast: more)").addEventListener("change", apply);
  addEventListener("bulkhead-theme", apply);
})();
