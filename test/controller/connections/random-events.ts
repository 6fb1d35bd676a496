import type { ConfigInput } from '../../../controller/core/config.ts';
import type { Dpid } from '../../../controller/core/dpid.ts';
import type { Switch } from '../../../controller/core/switch.ts';
import { nextRound, roundsIn } from '../../../controller/switches/round.ts';
import { OFPRR } from '../../../openflow/index.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import type { Random } from '../../../topologies/embedded/random.ts';
import { type FlowMod, type Gone, SwitchTables } from './switch-tables.ts';
import { ALL_CAPABILITIES, dumpOf, macOf, NO_EXTENSIONS, replyFrame, switchOf, tcpFrame, udpFrame, VIP, World } from './world.ts';

const CLIENTS = [4, 5];
const SERVERS = [1, 2, 3];
/** So few that they are used again and again. */
const PORTS = [40_001, 40_002, 40_003];
const FIN_SEC = 12;

type ServiceInput = ConfigInput['services'][number];

/** Services whose servers are the same processes: nothing but the tables tells their connections apart. */
function drawnConfig(random: Random, isFirst = false): ConfigInput {
  const service = (name: string, protocol: 'tcp' | 'udp', port: number): ServiceInput => {
    const servers = SERVERS.filter(() => isFirst || random.chance(0.8)).map(n => ({
      ...{ name: `server${n}`, ip: `10.0.0.${n}`, port: 8000 },
      state: random.chance(isFirst ? 0 : 0.15) ? random.choice(['drain', 'maintenance', 'standby'] as const) : ('ready' as const),
    }));
    const spare = { name: 'server1', ip: '10.0.0.1', port: 8000 };
    const strategy = random.choice(['round-robin', 'hash', 'least-connections', 'sticky-round-robin'] as const);
    return { name, vip: VIP, protocol, port, strategy, health: { type: 'arp' }, servers: servers.length > 0 ? servers : [spare] };
  };
  const services = [
    service('web', 'tcp', 80),
    service('shop', 'tcp', 81),
    service('mail', 'tcp', 82),
    service('dns', 'udp', 53),
    service('time', 'udp', 54),
  ];
  return { services: services.filter(() => isFirst || random.chance(0.85)).concat(isFirst ? [] : [service('last', 'tcp', 83)]) };
}

/** A world, two switches of which the tables are known, and everything that can happen to them. */
export class RandomEvents {
  readonly tables = new SwitchTables();
  /** Names of what happened, for a failing run. */
  readonly story: string[] = [];
  readonly #random: Random;
  readonly #can;
  /** Reports on their way, in their order. */
  readonly #reports: Gone[] = [];
  readonly #switches = new Map<Dpid, Switch>();
  #config: ConfigInput;
  world: World;

  constructor(random: Random) {
    this.#random = random;
    this.#can = random.chance(0.3) ? NO_EXTENSIONS : ALL_CAPABILITIES;
    this.#config = drawnConfig(random, true);
    this.world = new World(this.#config);
    for (const number of [1, 2]) this.#connect(switchOf(number, { can: this.#can }));
    for (const server of SERVERS) this.#do(world => world.answerProbe(this.#first, server));
  }

  get dpids(): Dpid[] {
    return [...this.#switches.keys()];
  }

  /** Something happens. */
  next(): void {
    const kinds = Object.keys(EVENTS) as (keyof typeof EVENTS)[];
    const drawn: (keyof typeof EVENTS)[] = kinds.flatMap(kind => Array(EVENTS[kind]).fill(kind) as (typeof kind)[]);
    const kind = this.#random.choice(drawn);
    this.story.push(kind);
    this.#happen(kind);
  }

  /** Nothing new begins; every flow runs out, and its report comes. */
  drain(): void {
    for (const at of this.#switches.values()) if (!this.tables.connected.has(at.dpid)) this.#reconnect(at, true);
    for (let i = 0; i < 50; i++) {
      for (const dpid of this.dpids) for (const flow of this.tables.flows(dpid)) this.#gone({ dpid, flow, isDeleted: false });
      while (this.#reports.length > 0) this.#report();
      this.#do(world => world.tick(3000));
    }
  }

  /** What is still known of any connection. */
  leftovers(): string[] {
    const { balancer } = this.world.app;
    const hosts = [...SERVERS, ...CLIENTS].map(macOf);
    const used = this.dpids.flatMap(dpid =>
      hosts.filter(mac => balancer.carrier.connections.isUsed(dpid, mac)).map(mac => `${mac} at ${dpid}`),
    );
    const flows = this.dpids.flatMap(dpid => this.tables.flows(dpid).map(() => `a flow at ${dpid}`));
    return [...used, ...flows, ...Array.from(balancer.carrier.connections.all(), ({ of }) => `connection ${of}`)];
  }

  #happen(kind: keyof typeof EVENTS): void {
    const random = this.#random;
    const at = random.choice([...this.#switches.values()]);
    const isThere = this.tables.connected.has(at.dpid);
    const [client, port, server] = [random.choice(CLIENTS), random.choice(PORTS), random.choice(SERVERS)];
    switch (kind) {
      case 'syn':
        if (isThere)
          this.#do(w =>
            w.packetIn(at, client, tcpFrame(client, port, { seq: random.integer(3), dstPort: 80 + random.integer(4) })),
          );
        return;
      case 'segment':
        if (isThere)
          this.#do(w => w.packetIn(at, client, tcpFrame(client, port, { dstPort: 80 + random.integer(3), flags: TCP.ACK })));
        return;
      case 'datagram':
        if (isThere) this.#do(w => w.packetIn(at, client, udpFrame(client, port, 53 + random.integer(2))));
        return;
      case 'answer': {
        const flags = random.choice([TCP.SYN | TCP.ACK, TCP.FIN | TCP.ACK, TCP.RST, TCP.RST | TCP.ACK]);
        const tcp = { seq: 5000, ack: 1 + random.integer(3), flags };
        if (isThere) this.#do(w => w.observed(at, server, replyFrame(server, client, port, tcp)));
        return;
      }
      case 'timeout':
      case 'deletion': {
        const flows = this.tables.flows(at.dpid);
        if (flows.length > 0) this.#gone({ dpid: at.dpid, flow: random.choice(flows), isDeleted: kind === 'deletion' });
        return;
      }
      case 'report':
        if (this.#reports.length > 0) this.#report();
        return;
      case 'death':
        this.#do(w => w.portDown(this.#first, server));
        return;
      case 'probe':
        this.#do(w => w.answerProbe(this.#first, server));
        return;
      case 'reload':
        this.#config = drawnConfig(random);
        this.#do(w => w.configure(this.#config));
        return;
      case 'reconnect':
        this.#reconnect(at, isThere);
        return;
      case 'resync':
        // The session drops the reports of what went before the dump.
        if (isThere) this.#forgetReports(at.dpid);
        if (isThere) this.#connect(at);
        return;
      case 'tick':
        this.#do(w => w.tick(random.choice([50, 1000, 3000])));
        return;
    }
  }

  get #first(): Switch {
    return [...this.#switches.values()][0]!;
  }

  /** A session ends, with the reports that were on their way; the next event of its kind begins another one. */
  #reconnect(at: Switch, isThere: boolean): void {
    const { dpid } = at;
    if (isThere && this.tables.connected.has(dpid)) {
      this.#lose(dpid);
      this.#take(this.world.app.handle({ type: 'lost', dpid, reason: 'test' }, this.world.now));
    } else this.#connect({ ...at, round: nextRound(roundsIn(dumpOf(this.tables.flows(dpid)))) });
  }

  #lose(dpid: Dpid): void {
    this.tables.connected.delete(dpid);
    this.#forgetReports(dpid);
  }

  #forgetReports(dpid: Dpid): void {
    this.#reports.splice(0, this.#reports.length, ...this.#reports.filter(one => one.dpid !== dpid));
  }

  #connect(at: Switch): void {
    this.#switches.set(at.dpid, at);
    this.tables.connected.add(at.dpid);
    this.#do(world => world.connect(at, dumpOf(this.tables.flows(at.dpid))));
  }

  #gone(gone: Gone): void {
    this.tables.drop(gone.dpid, gone.flow);
    if (this.tables.connected.has(gone.dpid)) this.#reports.push(gone);
  }

  #report(): void {
    const { dpid, flow, isDeleted } = this.#reports.shift()!;
    const isFin = !isDeleted && this.#random.chance(0.5);
    const idleTimeout = isFin ? FIN_SEC : flow.idleTimeout!;
    const reason = isDeleted ? OFPRR.DELETE : OFPRR.IDLE_TIMEOUT;
    this.#do(world => world.removed(this.#switches.get(dpid)!, flow as FlowMod, { reason, idleTimeout }));
  }

  #do(act: (world: World) => ReturnType<World['tick']>): void {
    this.#take(act(this.world).commands);
  }

  #take(commands: Parameters<SwitchTables['take']>[0]): void {
    this.#reports.push(...this.tables.take(commands));
  }
}

/** How often each is drawn. */
const EVENTS = {
  syn: 12,
  segment: 3,
  datagram: 6,
  answer: 4,
  timeout: 6,
  deletion: 2,
  report: 12,
  death: 1,
  probe: 4,
  reload: 1,
  reconnect: 1,
  resync: 1,
  tick: 4,
} as const;
