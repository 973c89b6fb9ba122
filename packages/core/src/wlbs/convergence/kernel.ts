/** The kernel of this host, as we want it and as it has confirmed it. */
import type { Marks } from "../plane/marks.ts";
import type { Distribution } from "../table/distribution.ts";

export interface Kernel {
  /** By slot of the active policy; null = blocked here (mode disabled, or disabled by command). */
  slots: (Marks | null)[];
  /** Takes traffic without a rule. */
  isDefaultHost: boolean;
  /** Direct mode: to whom the front hands on; the distribution that was taken last. */
  owners: Distribution | null;
  /** The distribution that has been taken and not been released since; null = none. */
  taken: Distribution | null;
  /** Everything else that the last plane said, as text to see changes by. */
  extras: string;
  /** Generation of the last install or remove that was asked for, and of the last one confirmed. */
  asked: number;
  askedAt: number;
  confirmed: number;
  /** True when the plane differs from what was last asked for. */
  dirty: boolean;
  /** Is a plane (and the virtual IPs) there, as far as we asked. */
  present: boolean;
  leaseUntil: number;
  /** When the kernel confirmed that a bucket became draining (Infinity: not yet), and when draining ones were last let go. */
  drainingSince: number;
  trimmedAt: number;
}

/** As an earlier agent process may have left it. */
export function initialKernel(): Kernel {
  return {
    slots: [],
    isDefaultHost: false,
    owners: null,
    taken: null,
    extras: "",
    asked: 0,
    askedAt: 0,
    confirmed: 0,
    dirty: true,
    present: true,
    leaseUntil: 0,
    drainingSince: 0,
    trimmedAt: 0,
  };
}

/** True when the kernel has confirmed exactly what we want. */
export function isSettled({ kernel }: { kernel: Kernel }): boolean {
  return !kernel.dirty && kernel.confirmed === kernel.asked;
}

/** Does it own a bucket of any rule, or the traffic without one? */
export function ownsAnything({ kernel }: { kernel: Kernel }): boolean {
  return kernel.isDefaultHost || kernel.slots.some((marks) => (marks?.owned ?? 0) > 0);
}
