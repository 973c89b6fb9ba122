/** A network segment in memory for unit tests: whoever opens on the same group and port hears the others. */
import type { BeatOptions, BeatTransport, OpenBeats } from "./beats.ts";

export interface FakeSegment {
  open: OpenBeats;
  /** Addresses that neither send nor hear: a pulled cable. */
  readonly cut: Set<string>;
  /** Every datagram that was sent, with its sender, oldest first. */
  readonly sent: { from: string; bytes: Uint8Array }[];
  /** Who has sent a probe, and to which port. */
  readonly probes: { from: string; port: number }[];
}

/** Datagrams arrive at once and in order. */
export function createFakeSegment(): FakeSegment {
  const listeners = new Set<BeatOptions>();
  const cut = new Set<string>();
  const sent: FakeSegment["sent"] = [];
  const probes: FakeSegment["probes"] = [];
  const deliver = (from: BeatOptions, bytes: Uint8Array): void => {
    sent.push({ from: from.address, bytes });
    if (cut.has(from.address)) return;
    for (const to of listeners) {
      const isPeer = to !== from && to.group === from.group && to.port === from.port;
      if (isPeer && !cut.has(to.address)) to.onDatagram(bytes, from.address);
    }
  };
  const open: OpenBeats = async (options) => {
    listeners.add(options);
    const transport: BeatTransport = {
      lost: 0,
      send: (bytes) => {
        if (listeners.has(options)) deliver(options, bytes);
      },
      probe: (_bytes, port) => void probes.push({ from: options.address, port }),
      close: async () => {
        listeners.delete(options);
      },
    };
    return transport;
  };
  return { open, cut, sent, probes };
}
