"use client";
/** Accepted packets per host over the last 15 minutes, as this page has seen them. Drag to zoom, double-press to return. */
import { useEffect, useRef } from "react";
import type uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { TrafficSample } from "../live/live-store.ts";
import { historyMs } from "../live/live-store.ts";
import { usePaintVersion } from "../shell/theme.ts";
import type { WlbsCluster } from "../states/wlbs-states.ts";
import { paintedHostColour } from "./host-colour.ts";

const heightPx = 220;

function options(frame: HTMLElement, cluster: WlbsCluster): uPlot.Options {
  const style = getComputedStyle(frame);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const theme = { lightness: read("--host-l"), chroma: read("--host-c") };
  const axis = {
    stroke: read("--muted"),
    font: `12px ${style.fontFamily}`,
    grid: { stroke: read("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: frame.clientWidth,
    height: heightPx,
    padding: [8, 8, 0, 0],
    legend: { show: true, live: true },
    cursor: { sync: { key: "bulkhead" }, points: { size: 6 }, y: false },
    scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, Math.max(10, max * 1.15)] } },
    axes: [
      { ...axis, space: 80 },
      { ...axis, size: 52, values: (_plot, ticks) => ticks.map((tick) => `${tick}/s`) },
    ],
    series: [
      { label: "Time", value: (_plot, at) => (at === null ? "–" : new Date(at * 1000).toLocaleTimeString()) },
      ...cluster.hosts.map((host) => ({
        label: host.node,
        stroke: paintedHostColour(host.hostId, theme),
        width: 1.75,
        spanGaps: false,
        points: { show: false },
        value: (_plot: uPlot, rate: number | null) =>
          rate === null ? "–" : `${rate.toFixed(rate < 10 ? 1 : 0)}/s`,
      })),
    ],
  };
}

function dataOf(cluster: WlbsCluster, samples: readonly TrafficSample[]): uPlot.AlignedData {
  const times = samples.map((sample) => sample.at / 1000);
  return [times, ...cluster.hosts.map((host) => samples.map((sample) => sample.rates[host.hostId] ?? null))];
}

/** @param samples oldest first. */
export function TrafficPlot({
  cluster,
  samples,
}: {
  cluster: WlbsCluster;
  samples: readonly TrafficSample[];
}) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const newest = useRef({ cluster, samples });
  useEffect(() => {
    newest.current = { cluster, samples };
  }, [cluster, samples]);
  const paintVersion = usePaintVersion();
  const hosts = cluster.hosts.map((host) => `${host.hostId}:${host.node}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new set of hosts or new colours need a new plot.
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    let ended = false;
    const observer = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: heightPx }),
    );
    void import("uplot").then(({ default: Plot }) => {
      if (ended) return;
      plot.current = new Plot(
        options(element, newest.current.cluster),
        dataOf(newest.current.cluster, newest.current.samples),
        element,
      );
      observer.observe(element);
    });
    return () => {
      ended = true;
      observer.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [hosts, paintVersion]);
  useEffect(() => {
    plot.current?.setData(dataOf(cluster, samples));
  }, [cluster, samples]);
  const minutes = Math.round(historyMs / 60_000);
  return (
    <div
      ref={frame}
      role="img"
      aria-label={`Accepted packets per second of each host, last ${minutes} minutes`}
      className="traffic-plot min-h-[262px] w-full min-w-0"
    />
  );
}
