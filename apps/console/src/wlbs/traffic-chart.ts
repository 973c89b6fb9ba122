/** The traffic plot itself: uPlot with our colours, a window that grows to 15 minutes, and a zoom that new data leave alone. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { TrafficSample } from "../live/live-store.ts";
import type { WlbsCluster } from "../states/wlbs-states.ts";
import { paintedHostColour } from "./host-colour.ts";

export const chartHeightPx = 220;
/** A plot that has just begun spans a minute, so that seconds do not look like a trend. */
const spanMinS = 60;
/** A quiet cluster is drawn near zero, not blown up to full height. */
const rateMaxAtLeast = 10;

const clock = (at: number) =>
  new Date(at * 1000).toLocaleTimeString([], {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });

const rateText = (value: number | null) => (value === null ? "–" : `${value.toFixed(value < 10 ? 1 : 0)}/s`);

function axisLooks(frame: HTMLElement) {
  const style = getComputedStyle(frame);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: read("--muted"),
    font: `12px ${style.fontFamily}`,
    grid: { stroke: read("--line"), width: 1 },
    ticks: { show: false },
  };
  return { axis, theme: { lightness: read("--host-l"), chroma: read("--host-c") } };
}

function options(frame: HTMLElement, cluster: WlbsCluster, onZoom: () => void): uPlot.Options {
  const { axis, theme } = axisLooks(frame);
  const hosts = cluster.hosts.map(
    (host): uPlot.Series => ({
      label: host.node,
      stroke: paintedHostColour(host.hostId, theme),
      width: 1.75,
      points: { show: false },
      value: (_plot, value: number | null) => rateText(value),
    }),
  );
  return {
    width: frame.clientWidth,
    height: chartHeightPx,
    padding: [8, 8, 0, 0],
    cursor: { sync: { key: "bulkhead" }, y: false },
    hooks: { setSelect: [onZoom] },
    scales: {
      x: { time: true },
      y: { range: (_plot, _min, max) => [0, Math.max(rateMaxAtLeast, max * 1.15)] },
    },
    axes: [
      { ...axis, space: 90, values: (_plot, ticks) => ticks.map(clock) },
      { ...axis, size: 52, values: (_plot, ticks) => ticks.map((tick) => `${tick}/s`) },
    ],
    series: [
      { label: "Time", value: (_plot, at: number | null) => (at === null ? "–" : clock(at)) },
      ...hosts,
    ],
  };
}

export class TrafficChart {
  readonly #plot: uPlot;
  readonly #frame: HTMLElement;
  readonly #unzoom: () => void;
  #zoomed = false;

  /** Draws into `frame`; call `destroy` at the end. */
  constructor(frame: HTMLElement, cluster: WlbsCluster) {
    this.#frame = frame;
    this.#plot = new uPlot(
      options(frame, cluster, () => (this.#zoomed = true)),
      [[]],
      frame,
    );
    this.#unzoom = () => (this.#zoomed = false);
    this.#plot.over.addEventListener("dblclick", this.#unzoom);
  }

  /** Samples oldest first. */
  show(cluster: WlbsCluster, samples: readonly TrafficSample[]): void {
    const times = samples.map((sample) => sample.at / 1000);
    const rates = cluster.hosts.map((host) => samples.map((sample) => sample.rates[host.hostId] ?? null));
    this.#plot.setData([times, ...rates], false);
    const last = times.at(-1);
    if (last === undefined) return;
    if (this.#zoomed) this.#plot.redraw();
    else this.#plot.setScale("x", { min: Math.min(times[0] ?? last, last - spanMinS), max: last });
    if (this.#plot.cursor.idx === null || this.#plot.cursor.idx === undefined)
      this.#plot.setLegend({ idx: times.length - 1 }, false);
  }

  /** Takes the width of its frame. */
  fit(): void {
    this.#plot.setSize({ width: this.#frame.clientWidth, height: chartHeightPx });
  }

  destroy(): void {
    this.#plot.over.removeEventListener("dblclick", this.#unzoom);
    this.#plot.destroy();
  }
}
