import { OFPP, OFPPC, OFPPF, OFPPS, type Port } from '../../../openflow/index.ts';

/** A port to give to a switch. */
export interface PortSpec {
  readonly portNo: number;
  readonly name: string;
  readonly hwAddr: string;
  /** False: the link is down to begin with. */
  readonly up?: boolean;
}

/** One port with what passed through it. */
export class SwitchPort {
  readonly portNo: number;
  readonly name: string;
  readonly hwAddr: string;
  readonly since: number;
  config = 0;
  linkUp: boolean;
  rxPackets = 0;
  txPackets = 0;
  rxBytes = 0;
  txBytes = 0;
  rxDropped = 0;
  txDropped = 0;

  constructor({ portNo, name, hwAddr, up = true }: PortSpec, now: number) {
    this.portNo = portNo;
    this.name = name;
    this.hwAddr = hwAddr;
    this.linkUp = up;
    this.since = now;
  }

  /** Frames pass in and out. */
  get works(): boolean {
    return this.linkUp && (this.config & OFPPC.PORT_DOWN) === 0;
  }

  /** The port as OpenFlow describes it (7.2.1). */
  get desc(): Port {
    return {
      portNo: this.portNo,
      hwAddr: this.hwAddr,
      name: this.name,
      config: this.config,
      state: this.works ? OFPPS.LIVE : OFPPS.LINK_DOWN,
      curr: OFPPF['10GB_FD'] | OFPPF.COPPER,
      advertised: 0,
      supported: 0,
      peer: 0,
      currSpeed: 10_000_000,
      maxSpeed: 10_000_000,
    };
  }
}

/** The ports of a switch, by number. */
export class Ports {
  readonly #ports = new Map<number, SwitchPort>();

  get all(): Iterable<SwitchPort> {
    return this.#ports.values();
  }

  at(portNo: number): SwitchPort | undefined {
    return this.#ports.get(portNo);
  }

  /** Adds a port. Throws when the number is no port's, or taken. */
  add(spec: PortSpec, now: number): SwitchPort {
    const { portNo } = spec;
    if (!(portNo > 0 && portNo < OFPP.MAX) && portNo !== OFPP.LOCAL) throw new RangeError(`${portNo} is no port number`);
    if (this.#ports.has(portNo)) throw new RangeError(`there is a port ${portNo} already`);
    const port = new SwitchPort(spec, now);
    this.#ports.set(portNo, port);
    return port;
  }

  remove(portNo: number): SwitchPort | undefined {
    const port = this.#ports.get(portNo);
    this.#ports.delete(portNo);
    return port;
  }
}
