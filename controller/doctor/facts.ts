import type { LinkView, ServerView, ServiceView, SwitchView } from '../api/shapes.ts';
import type { InstalledText } from './flow-text.ts';

/** Everything the checks examine; gathered once, so that each check is a function of it. */
export interface Facts {
  readonly node: { readonly version: string };
  readonly controller: ControllerFacts;
  readonly openVswitch: OpenVswitchFacts;
  /** VIPs for which somebody other than the switch answered an ARP probe, and on which bridge. */
  readonly claims: readonly { readonly vip: string; readonly bridge: string }[];
  /** The hosts that can be examined: those of a lab, or of a Mininet on this machine. */
  readonly hosts: readonly HostFacts[];
  /** How a command reaches the switch or a host; it makes the commands of a finding exact. */
  readonly way: Way;
}

export interface Way {
  /** Prefix of a command for the switch: `vipflow lab exec s1 -- `, or empty. */
  readonly toSwitch: string;
  /** Prefix of a command for a host. */
  readonly toHost: (name: string) => string;
  readonly self: string;
}

/** What answers at the URL: `none` nothing, `other` another program, `refused` a controller that requires a token. */
export type Reach = 'vipflow' | 'other' | 'none' | 'refused';

export interface ControllerFacts {
  readonly url: string;
  readonly reach: Reach;
  /** Where switches connect, and whether something listens there; undefined where the controller does not answer. */
  readonly openflow?: { readonly host: string; readonly port: number; readonly isOpen: boolean };
  readonly clock?: ClockFacts;
  readonly services: readonly ServiceFacts[];
  readonly switches: readonly Pick<SwitchView, 'dpid' | 'address' | 'connected'>[];
  readonly links: readonly LinkView[];
}

export interface ClockFacts {
  readonly uptimeMs: number;
  /** The controller's time minus ours, in milliseconds, corrected by half of the round trip. */
  readonly skewMs: number;
  /** How far its wall clock moved against its monotonic clock since it started, in milliseconds. */
  readonly jumpMs: number;
}

export type ServerFacts = Pick<ServerView, 'name' | 'ip' | 'state' | 'health' | 'reason' | 'location'>;

export interface ServiceFacts extends Pick<ServiceView, 'name' | 'vip'> {
  readonly servers: readonly ServerFacts[];
}

export interface OpenVswitchFacts {
  readonly isInstalled: boolean;
  readonly isRunning: boolean;
  /** Whether the user named it; otherwise the switch may be on another machine. */
  readonly isWanted: boolean;
  /** `3.1.0`; empty where it is unknown. */
  readonly version: string;
  readonly bridges: readonly BridgeFacts[];
  /** Bridges that the user named and that do not exist. */
  readonly missing: readonly string[];
}

export interface BridgeFacts {
  readonly name: string;
  readonly dpid: string;
  /** `system` (the kernel's), or `netdev` (userspace). */
  readonly datapathType: string;
  /** Whether ovs-vswitchd has created it. */
  readonly isAlive: boolean;
  readonly protocols: readonly string[];
  readonly failMode: string;
  readonly isInBandDisabled: boolean;
  readonly controllers: readonly TargetFacts[];
  readonly ports: readonly PortFacts[];
  readonly flows: readonly InstalledText[];
  /** The flow limit of each table that has one, by table number. */
  readonly flowLimits: Readonly<Record<number, number>>;
}

export interface TargetFacts {
  readonly target: string;
  readonly isConnected: boolean;
  /** Undefined: the default of Open vSwitch, 5000. */
  readonly inactivityProbeMs: number | undefined;
  /** Undefined: the default of Open vSwitch, 8000. */
  readonly maxBackoffMs: number | undefined;
  readonly connectionMode: string;
  /** The error of its last attempt; empty: none. */
  readonly lastError: string;
}

export interface PortFacts {
  readonly name: string;
  readonly number: number;
  readonly type: string;
  readonly mtu: number | undefined;
  /** Whether it leads to another bridge of this Open vSwitch. */
  readonly isTrunk: boolean;
}

export interface HostFacts {
  readonly name: string;
  readonly interfaces: readonly InterfaceFacts[];
  /** The networks that it has a route to, its own included. */
  readonly routes: readonly NetworkFacts[];
}

export interface InterfaceFacts {
  readonly name: string;
  readonly mtu: number;
  readonly addresses: readonly NetworkFacts[];
  /** Whether it offloads TX checksums; undefined where ethtool is missing. */
  readonly leavesChecksums: boolean | undefined;
}

/** An IPv4 address and the length of its network prefix. */
export interface NetworkFacts {
  readonly ip: string;
  readonly prefixLength: number;
}
