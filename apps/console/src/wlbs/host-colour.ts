/**
 * One colour per host ID, for ever: equal lightness and chroma, so that no host looks more important than another, and
 * neighbouring IDs far apart on the hue circle (golden angle). Lightness and chroma come from the theme.
 */

const goldenAngleDeg = 137.508;
/** Host 1 starts at a calm blue-green, away from the red that means trouble. */
const firstHueDeg = 212;

/** Hue of a host, degrees, one decimal. */
export function hostHue(hostId: number): number {
  return Math.round(((firstHueDeg + (hostId - 1) * goldenAngleDeg) % 360) * 10) / 10;
}

/** CSS colour that follows the theme. */
export function hostColour(hostId: number): string {
  return `oklch(var(--host-l) var(--host-c) ${hostHue(hostId)})`;
}

/** The same with the theme's numbers filled in: a canvas cannot read variables. */
export function paintedHostColour(hostId: number, theme: { lightness: string; chroma: string }): string {
  return `oklch(${theme.lightness} ${theme.chroma} ${hostHue(hostId)})`;
}
