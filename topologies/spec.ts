/** A switch; `dpid` (16 hex digits) is the number in its name unless given, as Mininet has it. */
export interface LabSwitch {
  readonly name: string;
  readonly dpid?: string;
}

/** A host. A server answers `page` (its name unless given) over HTTP on port `http` and over UDP on port `udp`. */
export interface LabHost {
  readonly name: string;
  readonly ip: string;
  readonly role: 'server' | 'client';
  readonly mac?: string;
  readonly page?: string;
  readonly http?: number;
  readonly udp?: number;
}

export interface LabServer {
  readonly name: string;
  readonly ip: string;
  readonly port: number;
  readonly weight?: number;
}

/** A virtual service, in the words of vipflow.yaml's `services`. */
export interface LabService {
  readonly name: string;
  readonly vip: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly strategy: string;
  readonly servers: readonly LabServer[];
}

/** A lab as data: what there is and how it is linked. Ports are numbered in the order of the links, from 1. */
export interface LabSpec {
  readonly name: string;
  readonly description: string;
  readonly switches: readonly LabSwitch[];
  readonly hosts: readonly LabHost[];
  readonly links: readonly (readonly [string, string])[];
  readonly services: readonly LabService[];
  /** Of the hosts' network; 8 unless given, as Mininet has it. */
  readonly prefixLength?: number;
}
