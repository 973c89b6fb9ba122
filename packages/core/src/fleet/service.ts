/**
 * A node runs exactly one of the two services, or none yet. Being one value, it cannot say both:
 * this type is the first of the five places that hold rule R1 (KB Q223157).
 */
export type Service = "wlbs" | "mscs";

export const services: readonly Service[] = ["wlbs", "mscs"];
