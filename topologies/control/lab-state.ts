/** The ways to realise a lab: real Open vSwitch on Mininet, or switches and hosts in this process. */
export const REALISATIONS = ['embedded', 'mininet'] as const;

export type Realisation = (typeof REALISATIONS)[number];

/** How the parts of a lab are. */
export interface LabParts {
  readonly switches: readonly { readonly name: string; readonly dpid: string; readonly connected: boolean }[];
  readonly hosts: readonly { readonly name: string; readonly ip: string; readonly role: string; readonly on: boolean }[];
  readonly links: readonly { readonly ends: readonly [string, string]; readonly up: boolean }[];
  /** What its clients do by themselves; null where they do nothing. */
  readonly load: LabLoad | null;
}

export interface LabLoad {
  readonly requestsPerSecond: number;
  readonly answered: number;
  readonly failed: number;
}

/** A running lab as `vipflow lab status --json` prints it; `v` is the version of this shape. */
export interface LabState extends LabParts {
  readonly v: 1;
  readonly name: string;
  readonly topology: string;
  readonly on: Realisation;
  readonly pid: number;
  readonly since: string;
  /** Where the switches find their controller, as HOST:PORT. */
  readonly controller: string;
  /** The WebSocket of the controller in the same process; null when the controller is another one. */
  readonly log: string | null;
  readonly services: readonly { readonly name: string; readonly protocol: string; readonly vip: string; readonly port: number }[];
}
