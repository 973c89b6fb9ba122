/**
 * A clock that moves only when told, with the tasks that wait for it, kept in a binary heap. Tasks of the same
 * instant run in the order in which they were made.
 */

interface Task {
  at: number;
  order: number;
  run: () => void;
}

function before(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

export class FakeClock {
  #now: number;
  #order = 0;
  readonly #heap: Task[] = [];

  /** @param startMs any number; the default makes logs readable. */
  constructor(startMs = 1_000_000) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  /** Runs `run` once, `delayMs` from now. A task that is no longer wanted has to see to that itself. */
  after(delayMs: number, run: () => void): void {
    this.#order += 1;
    this.#push({ at: this.#now + Math.max(0, delayMs), order: this.#order, run });
  }

  /** Lets `ms` pass; everything that falls due runs at its own time. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let task = this.#heap[0]; task && task.at <= end; task = this.#heap[0]) {
      this.#pop();
      this.#now = task.at;
      task.run();
    }
    this.#now = end;
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let i = heap.push(task) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent];
      if (!above || before(above, task)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = task;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let i = 0;
    for (;;) {
      const [left, right] = [heap[2 * i + 1], heap[2 * i + 2]];
      if (!left) break;
      const child = right && before(right, left) ? 2 * i + 2 : 2 * i + 1;
      const smaller = heap[child];
      if (!smaller || before(last, smaller)) break;
      heap[i] = smaller;
      i = child;
    }
    heap[i] = last;
  }
}
