/** What a host's TCP is set to. Linux's values, but for TIME-WAIT, which a lab does not want to wait for. */
export interface TcpOptions {
  /** Announced and kept to; the path's MTU is 1500 (RFC 9293, 3.7.1). */
  readonly mss: number;
  /** The receive window, at most 65535: there is no window scale option. */
  readonly windowBytes: number;
  /** How often a SYN, a SYN-ACK, data, and what an application that is gone left behind are sent again before giving up. */
  readonly synRetries: number;
  readonly synAckRetries: number;
  readonly dataRetries: number;
  readonly orphanRetries: number;
  /** RFC 6298 2.4 asks for a second; Linux, which labs are compared with, takes 200 ms. */
  readonly minRtoMs: number;
  readonly maxRtoMs: number;
  /** Twice the maximum segment lifetime (RFC 9293, 3.4.2). */
  readonly timeWaitMs: number;
  /** How long FIN-WAIT-2 lasts when no application waits for the other side any more. */
  readonly finWaitMs: number;
}

export const TCP_OPTIONS: TcpOptions = Object.freeze({
  mss: 1460,
  windowBytes: 65535,
  synRetries: 6,
  synAckRetries: 5,
  dataRetries: 15,
  orphanRetries: 8,
  minRtoMs: 200,
  maxRtoMs: 120_000,
  timeWaitMs: 1000,
  finWaitMs: 60_000,
});

export interface TcpCounters {
  segmentsIn: number;
  segmentsOut: number;
  /** Broken headers and wrong checksums: dropped. */
  bad: number;
  retransmissions: number;
  /** Segments that came ahead of a hole. */
  outOfOrder: number;
  /** Segments that brought nothing new. */
  duplicates: number;
  resetsIn: number;
  resetsOut: number;
  opened: number;
  accepted: number;
  /** SYNs dropped because the listener's backlog was full. */
  overflows: number;
}

export function newTcpCounters(): TcpCounters {
  return {
    segmentsIn: 0,
    segmentsOut: 0,
    bad: 0,
    retransmissions: 0,
    outOfOrder: 0,
    duplicates: 0,
    resetsIn: 0,
    resetsOut: 0,
    opened: 0,
    accepted: 0,
    overflows: 0,
  };
}
