"use client";
/** Accepted packets per host over the last 15 minutes, as this page has seen them. Drag to zoom, double-press to return. */
import { useEffect, useRef } from "react";
import { historyMs, type TrafficSample } from "../live/live-store.ts";
import { usePaintVersion } from "../shell/theme.ts";
import type { WlbsCluster } from "../states/wlbs-states.ts";
import type { TrafficChart } from "./traffic-chart.ts";

interface TrafficPlotProps {
  cluster: WlbsCluster;
  /** Oldest first. */
  samples: readonly TrafficSample[];
}

/** The chart is loaded only where it is shown. */
export function TrafficPlot({ cluster, samples }: TrafficPlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<TrafficChart | null>(null);
  const newest = useRef({ cluster, samples });
  const paintVersion = usePaintVersion();
  const hosts = cluster.hosts.map((host) => `${host.hostId}:${host.node}`).join();
  useEffect(() => {
    newest.current = { cluster, samples };
    chart.current?.show(cluster, samples);
  }, [cluster, samples]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new set of hosts or new colours need a new chart.
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    let ended = false;
    const observer = new ResizeObserver(() => chart.current?.fit());
    void import("./traffic-chart.ts").then((module) => {
      if (ended) return;
      chart.current = new module.TrafficChart(element, newest.current.cluster);
      chart.current.show(newest.current.cluster, newest.current.samples);
      observer.observe(element);
    });
    return () => {
      ended = true;
      observer.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [hosts, paintVersion]);
  const label = `Accepted packets per second of each host, last ${Math.round(historyMs / 60_000)} minutes`;
  return (
    <div ref={frame} role="img" aria-label={label} className="traffic-plot min-h-[262px] w-full min-w-0" />
  );
}
