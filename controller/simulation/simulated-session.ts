import { type Message, type MessageInput, type MessageOf, OFPMPF_REPLY } from '../../openflow/index.ts';
import type { Scheduler } from '../../topologies/embedded/clock.ts';
import type { Timer } from '../../topologies/embedded/event-queue.ts';
import { type Dpid, toDpid } from '../core/dpid.ts';
import type { InstalledFlow, Switch } from '../core/switch.ts';
import type { SwitchEvent } from '../core/switch-event.ts';
import { CONFIGURATION, introductionOf, QUESTIONS } from '../switches/introduction.ts';
import { eventOf } from '../switches/registry.ts';
import { inSendOrder } from '../switches/send-order.ts';
import { ANSWER_MS, MAX_EARLY_MESSAGES } from '../switches/session.ts';
import type { ControlLink } from './control-link.ts';

const XID = { features: 1, desc: 2, ports: 3, flows: 4 } as const;

type MultipartReply = MessageOf<'multipartReply'>;

/** What a session gives to its controller. */
export interface SessionOutlet {
  event(event: SwitchEvent): void;
  /** The switch said who it is. */
  identified(dpid: Dpid): void;
}

/** `switches/session.ts` without promises: the same questions in the same order, the same events. */
export class SimulatedSession {
  readonly link: ControlLink;
  readonly #outlet: SessionOutlet;
  readonly #patience: Timer;
  readonly #early: Message[] = [];
  readonly #flows: InstalledFlow[] = [];
  #dpid: Dpid | undefined;
  #desc: Extract<MultipartReply, { kind: 'desc' }>['body'] | undefined;
  #ports: Extract<MultipartReply, { kind: 'portDesc' }>['body'] | undefined;
  #at: Switch | undefined;
  #keepsOrder = false;

  constructor(link: ControlLink, clock: Scheduler, outlet: SessionOutlet) {
    this.link = link;
    this.#outlet = outlet;
    // Two answers in turn: the features, then all others at once.
    this.#patience = clock.after(2 * ANSWER_MS, () => link.cut('no answer during the handshake'));
    link.sendDown({ type: 'featuresRequest', xid: XID.features });
  }

  /** The switch as the deciders know it; undefined before it is ready. */
  get at(): Switch | undefined {
    return this.#at;
  }

  receive(message: Message): void {
    if (this.#at !== undefined) {
      const event = eventOf(this.#at, message);
      if (event !== undefined) this.#outlet.event(event);
    } else if (message.type === 'featuresReply') this.#ask(toDpid(message.datapathId));
    else if (message.type === 'multipartReply') this.#answer(message);
    else if (this.#early.length < MAX_EARLY_MESSAGES) this.#early.push(message);
  }

  send(messages: readonly MessageInput[]): void {
    for (const message of inSendOrder(messages, this.#keepsOrder)) this.link.sendDown(message);
  }

  /** The channel is gone. */
  lost(reason: string): void {
    this.#patience.cancel();
    if (this.#at !== undefined) this.#outlet.event({ type: 'lost', at: this.#at, reason });
    this.#at = undefined;
  }

  /** The controller is gone: nobody is told. */
  abandon(): void {
    this.#patience.cancel();
    this.#at = undefined;
  }

  #ask(dpid: Dpid): void {
    this.#dpid = dpid;
    this.#outlet.identified(dpid);
    this.link.sendDown(CONFIGURATION);
    this.link.sendDown({ ...QUESTIONS.desc, xid: XID.desc });
    this.link.sendDown({ ...QUESTIONS.ports, xid: XID.ports });
    this.link.sendDown({ ...QUESTIONS.flows, xid: XID.flows });
  }

  #answer(message: MultipartReply): void {
    if (message.kind === 'desc') this.#desc = message.body;
    else if (message.kind === 'portDesc') this.#ports = message.body;
    else if (message.kind === 'flow') this.#flows.push(...message.body);
    // The flows are asked for last, and the switch answers in order.
    if (message.xid === XID.flows && (message.flags & OFPMPF_REPLY.MORE) === 0) this.#ready();
  }

  #ready(): void {
    this.#patience.cancel();
    const answers = { desc: this.#desc!, ports: this.#ports!, flows: this.#flows };
    const { at, installed, description, keepsOrder } = introductionOf(this.#dpid!, this.link.address, answers);
    this.#at = at;
    this.#keepsOrder = keepsOrder;
    this.#outlet.event({ type: 'ready', at, installed, description });
    for (const message of this.#early.splice(0)) this.receive(message);
  }
}
