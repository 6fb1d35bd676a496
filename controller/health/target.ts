import type { HealthConfig } from '../core/config.ts';

/** A server to check. */
export interface Target {
  /** Tells it from all others of the monitor. */
  readonly id: string;
  /** For people, such as `web/server1`. */
  readonly name: string;
  /** The service it belongs to; the panic threshold and the cap on ejections count its members. */
  readonly group: string;
  readonly ip: string;
  readonly port: number;
  /** What the service's clients speak. */
  readonly protocol: 'tcp' | 'udp';
  /** In whose name it is probed, so that its answers come to the controller. */
  readonly vip: string;
  readonly vipMac: string;
  readonly health: HealthConfig;
  /** So many members of the group stay in use although their probes fail. */
  readonly panicThreshold: number;
  /** In maintenance: neither probed nor counted. */
  readonly paused: boolean;
}

export type ProbeType = NonNullable<HealthConfig['type']>;
