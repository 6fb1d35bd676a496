/** How a server stands: what its probes and its clients' connections said of it so far. */
export class HealthState {
  /** `unknown` until the first answer: nobody is sent to a server that was never seen. */
  state: 'unknown' | 'up' | 'down' = 'unknown';
  /** Answers, or missing answers, in a row. */
  hits = 0;
  misses = 0;
  /** It would be down, were it not one of the last of its group. */
  isHeld = false;
  /** Connections of clients in a row that failed. */
  errors = 0;
  refusals = 0;
  /** Until then no probe brings it back; 0: it is not ejected. */
  ejectedUntil = 0;
  /** Ejections in a short while; each lasts longer. */
  ejections = 0;
  upSince = 0;

  /** Something changes: it is failing, or coming back. */
  get isChanging(): boolean {
    return this.state === 'up' ? this.misses > 0 : this.hits > 0;
  }
}

/** What follows for a server and for its group. */
export interface Ruling {
  readonly change?: { readonly state: 'up' | 'down'; readonly reason: string };
  readonly panic?: { readonly on: boolean; readonly reason: string };
}
