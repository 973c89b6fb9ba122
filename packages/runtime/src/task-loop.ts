/**
 * A loop without arguments: it wakes on a nudge and on a timer, then re-reads the world (DESIGN, "Controller").
 * Runs never overlap; nudges during a run make one more run. A failing run is logged and the loop goes on.
 */
import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";

export interface TaskLoop {
  /** Run soon. */
  nudge(): void;
  /** Resolves when the present run, if any, has ended; none follows. */
  stop(): Promise<void>;
}

export interface TaskLoopOptions {
  name: string;
  clock: Clock;
  log: Logger;
  /** Longest time between the end of a run and the next one. */
  periodMs: number;
  run(): Promise<void>;
}

/** Starts with a run at once. */
export function startTaskLoop(options: TaskLoopOptions): TaskLoop {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let cancel: () => void = () => undefined;

  const begin = (): void => {
    if (stopped) return;
    if (running) {
      again = true;
      return;
    }
    cancel();
    again = false;
    running = runOnce(options).then(() => {
      running = null;
      if (again) begin();
      else if (!stopped) cancel = options.clock.after(options.periodMs, begin);
    });
  };
  begin();
  return {
    nudge: begin,
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}

async function runOnce(options: TaskLoopOptions): Promise<void> {
  try {
    await options.run();
  } catch (error) {
    options.log.error({ loop: options.name, problem: errorText(error) }, "a run of a loop failed");
  }
}

/** The message of whatever was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
