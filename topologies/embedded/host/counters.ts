/** What a host did with frames; each frame that was not taken is counted once, by its reason. */
export interface HostCounters {
  framesIn: number;
  framesOut: number;
  /** Arrived, or were to be sent, while the host was crashed or had no cable. */
  silent: number;
  /** For another MAC or IP address: a switch floods. */
  notMine: number;
  /** Headers that cannot be, and wrong checksums. */
  bad: number;
  /** Protocols and fragments a host of a lab does not know. */
  unknown: number;
  /** Dropped because nobody answered for the next hop, or there was no route. */
  unresolved: number;
}

export function newHostCounters(): HostCounters {
  return { framesIn: 0, framesOut: 0, silent: 0, notMine: 0, bad: 0, unknown: 0, unresolved: 0 };
}
