import type { LinkView, ServerView, ServiceView, SwitchView } from '../api/shapes.ts';
import type { InstalledText } from './flow-text.ts';

/** All that a doctor looks at; gathered once, so that the checks are functions of it. */
export interface Facts {
  readonly node: { readonly version: string };
  readonly controller: ControllerFacts;
  readonly openVswitch: OpenVswitchFacts;
  /** VIPs that somebody beside the switches answered for when asked by ARP, and on which bridge. */
  readonly claims: readonly { readonly vip: string; readonly bridge: string }[];
  /** Interfaces of the hosts that can be looked into: those of a lab, or of a Mininet on this machine. */
  readonly hosts: readonly HostFacts[];
  /** How a command gets to where the switch or a host is; with it the commands that mend are exact. */
  readonly way: Way;
}

export interface Way {
  /** Before a command for the switch: `vipflow lab exec s1 -- `, or nothing. */
  readonly toSwitch: string;
  /** Before a command for a host. */
  readonly toHost: (name: string) => string;
  readonly self: string;
}

/** `none` nobody answers, `other` something else than a controller of vipflow does, `refused` it wants a token. */
export type Reach = 'vipflow' | 'other' | 'none' | 'refused';

export interface ControllerFacts {
  readonly url: string;
  readonly reach: Reach;
  /** Where switches connect, and whether something listens there; undefined where the controller did not say. */
  readonly openflow?: { readonly host: string; readonly port: number; readonly isOpen: boolean };
  readonly clock?: ClockFacts;
  readonly services: readonly ServiceFacts[];
  readonly switches: readonly Pick<SwitchView, 'dpid' | 'address' | 'connected'>[];
  readonly links: readonly LinkView[];
}

export interface ClockFacts {
  readonly uptimeMs: number;
  /** The controller's time less ours, when the question was on its way. */
  readonly skewMs: number;
  /** How far its wall clock has left its steady one since it started. */
  readonly jumpMs: number;
}

export type ServerFacts = Pick<ServerView, 'name' | 'ip' | 'state' | 'health' | 'reason' | 'location'>;

export interface ServiceFacts extends Pick<ServiceView, 'name' | 'vip'> {
  readonly servers: readonly ServerFacts[];
}

export interface OpenVswitchFacts {
  readonly isInstalled: boolean;
  readonly isRunning: boolean;
  /** Whether somebody asked for it by name: without, a switch may as well be elsewhere. */
  readonly isWanted: boolean;
  /** `3.1.0`; empty where it is not known. */
  readonly version: string;
  readonly bridges: readonly BridgeFacts[];
  /** Bridges that were asked for and are not there. */
  readonly missing: readonly string[];
}

export interface BridgeFacts {
  readonly name: string;
  readonly dpid: string;
  /** `system` (the kernel's), or `netdev` (userspace). */
  readonly datapathType: string;
  /** Whether ovs-vswitchd really has made it. */
  readonly isAlive: boolean;
  readonly protocols: readonly string[];
  readonly failMode: string;
  readonly isInBandDisabled: boolean;
  readonly controllers: readonly TargetFacts[];
  readonly ports: readonly PortFacts[];
  readonly flows: readonly InstalledText[];
  /** The most flows that a table takes, by its number; where none is set there is no entry. */
  readonly flowLimits: Readonly<Record<number, number>>;
}

export interface TargetFacts {
  readonly target: string;
  readonly isConnected: boolean;
  /** Milliseconds; undefined: Open vSwitch's own, 5000. */
  readonly inactivityProbeMs: number | undefined;
  /** Milliseconds; undefined: Open vSwitch's own, 8000. */
  readonly maxBackoffMs: number | undefined;
  readonly connectionMode: string;
  /** What Open vSwitch says of its last try. */
  readonly lastError: string;
}

export interface PortFacts {
  readonly name: string;
  readonly number: number;
  readonly type: string;
  readonly mtu: number | undefined;
  /** Whether another bridge of this Open vSwitch is at its other end. */
  readonly isTrunk: boolean;
}

export interface HostFacts {
  readonly name: string;
  readonly interfaces: readonly InterfaceFacts[];
  /** The networks that it has a way to, its own among them. */
  readonly routes: readonly NetworkFacts[];
}

export interface InterfaceFacts {
  readonly name: string;
  readonly mtu: number;
  readonly addresses: readonly NetworkFacts[];
  /** Whether it leaves checksums to hardware; undefined where ethtool is missing. */
  readonly leavesChecksums: boolean | undefined;
}

/** An IPv4 address and how many of its bits name its network. */
export interface NetworkFacts {
  readonly ip: string;
  readonly prefixLength: number;
}
