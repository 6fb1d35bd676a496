import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { CommandOptions, CommandResult } from './command.ts';
import type { LabError } from './lab-error.ts';
import type { LabSpec } from './spec.ts';

export interface LabInterface {
  readonly name: string;
  /** The OpenFlow port number on a switch. */
  readonly port: number;
  readonly mac: string;
  /** The name of the interface at the other end of the link. */
  readonly peer: string;
}

/** A node as it runs: `pid` is that of its shell, as seen from here. */
export interface LabNode {
  readonly name: string;
  readonly kind: 'host' | 'switch';
  readonly pid: number;
  readonly ip?: string;
  readonly mac?: string;
  readonly dpid?: string;
  readonly interfaces: readonly LabInterface[];
}

/** A lab that is up. What goes wrong is a LabError. */
export interface Lab {
  readonly spec: LabSpec;
  readonly datapath: 'kernel' | 'user';
  readonly nodes: Readonly<Record<string, LabNode>>;
  /** The folder of the private Open vSwitch's sockets and logs; undefined on the machine's own. */
  readonly runFolder: string | undefined;
  /** Runs a command in a node until it ends. A code other than 0 is not an error. */
  exec(node: string, argv: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** Starts a command in a node; `kill` signals the command itself. It ends with the lab at the latest. Throws. */
  spawn(node: string, argv: readonly string[]): ChildProcessWithoutNullStreams;
  link(one: string, other: string, state: 'up' | 'down'): Promise<void>;
  /** The output of `ovs-ofctl -O OpenFlow13 ...` on this lab's Open vSwitch; rejects when it fails. */
  ofctl(args: readonly string[]): Promise<string>;
  /** The output of `ovs-vsctl ...` on this lab's Open vSwitch; rejects when it fails. */
  vsctl(args: readonly string[]): Promise<string>;
  /** Starts the program of every server; resolves with the processes by host when all of them listen. */
  startServers(): Promise<Record<string, ChildProcessWithoutNullStreams>>;
  /** Starts the program of one server (again, after a `kill`). */
  startServer(host: string): Promise<ChildProcessWithoutNullStreams>;
  /** Calls back once when the lab is over: with nothing after a stop, else with the reason. */
  onExit(listener: (reason: LabError | undefined) => void): void;
  /** Ends everything; resolves when nothing is left. */
  stop(): Promise<void>;
}
