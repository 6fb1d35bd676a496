import { type Message, type MessageInput, type MessageOf, OFPPR, OFPR, OFPRR } from '../../../openflow/index.ts';
import { ONF_CRR } from '../../../openflow/protocol/onf-messages.ts';
import { OFPCR_ROLE } from '../../../openflow/protocol/roles.ts';
import type { Effect } from './effect.ts';
import { refuse } from './refusal.ts';

type AsyncConfig = Omit<MessageOf<'getAsyncReply'>, 'type' | 'xid'>;
/** A mask for a master or equal controller, and one for a slave (7.3.10). */
type Masks = readonly number[];

const bit = (...reasons: readonly number[]): number => reasons.reduce((mask, reason) => mask | (1 << reason), 0);
const ALL_PORT_REASONS = bit(OFPPR.ADD, OFPPR.DELETE, OFPPR.MODIFY);
const ALL_REMOVAL_REASONS = bit(OFPRR.IDLE_TIMEOUT, OFPRR.HARD_TIMEOUT, OFPRR.DELETE, OFPRR.GROUP_DELETE);

/** A controller that is connected. */
interface Controller {
  readonly id: number;
  role: number;
  packetIn: Masks;
  portStatus: Masks;
  flowRemoved: Masks;
  missSendLen: number;
}

const UNKNOWN_GENERATION = 0xffff_ffff_ffff_ffffn;

/** The controllers of a switch: roles (6.3.6), and which asynchronous messages each of them gets (7.3.10). */
export class Controllers {
  readonly #controllers = new Map<number, Controller>();
  readonly #isPlain: boolean;
  #generation: bigint | undefined;

  /** A plain switch does not say who lost its role: that is an extension (EXT-191). */
  constructor(isPlain = false) {
    this.#isPlain = isPlain;
  }

  get size(): number {
    return this.#controllers.size;
  }

  connect(id: number): void {
    this.#controllers.set(id, {
      id,
      role: OFPCR_ROLE.EQUAL,
      packetIn: [bit(OFPR.NO_MATCH, OFPR.ACTION), 0],
      portStatus: [ALL_PORT_REASONS, ALL_PORT_REASONS],
      flowRemoved: [ALL_REMOVAL_REASONS, 0],
      missSendLen: 128,
    });
  }

  disconnect(id: number): void {
    this.#controllers.delete(id);
  }

  has(id: number): boolean {
    return this.#controllers.has(id);
  }

  isSlave(id: number): boolean {
    return this.#controllers.get(id)?.role === OFPCR_ROLE.SLAVE;
  }

  missSendLen(id: number): number {
    return this.#controllers.get(id)?.missSendLen ?? 0;
  }

  setMissSendLen(id: number, length: number): void {
    const controller = this.#controllers.get(id);
    if (controller !== undefined) controller.missSendLen = length;
  }

  asyncConfig(id: number): AsyncConfig {
    const { packetIn = [0, 0], portStatus = [0, 0], flowRemoved = [0, 0] } = this.#controllers.get(id) ?? {};
    return { packetInMask: packetIn, portStatusMask: portStatus, flowRemovedMask: flowRemoved };
  }

  setAsync(id: number, config: Pick<AsyncConfig, 'packetInMask' | 'portStatusMask' | 'flowRemovedMask'>): void {
    const controller = this.#controllers.get(id);
    if (controller === undefined) return;
    controller.packetIn = config.packetInMask;
    controller.portStatus = config.portStatusMask;
    controller.flowRemoved = config.flowRemovedMask;
  }

  /** Answers a role request; a master before becomes a slave and is told so (EXT-191). Throws a refusal for a stale generation. */
  requestRole({ xid = 0, role, generationId = 0n }: Extract<MessageInput, { type: 'roleRequest' }>, id: number): Effect[] {
    const controller = this.#controllers.get(id);
    if (controller === undefined) return [];
    const effects: Effect[] = [];
    if (role > OFPCR_ROLE.SLAVE) throw refuse.role('BAD_ROLE');
    if (role === OFPCR_ROLE.MASTER || role === OFPCR_ROLE.SLAVE) {
      // 6.3.6: the distance is signed, so that the number may wrap around.
      if (this.#generation !== undefined && BigInt.asIntN(64, generationId - this.#generation) < 0n) throw refuse.role('STALE');
      this.#generation = generationId;
    }
    if (role === OFPCR_ROLE.MASTER) effects.push(...this.#dethrone(id, generationId));
    if (role !== OFPCR_ROLE.NOCHANGE) controller.role = role;
    const generation = this.#generation ?? UNKNOWN_GENERATION;
    effects.push({ type: 'send', to: id, message: { type: 'roleReply', xid, role: controller.role, generationId: generation } });
    return effects;
  }

  #dethrone(by: number, generationId: bigint): Effect[] {
    const effects: Effect[] = [];
    for (const other of this.#controllers.values()) {
      if (other.id === by || other.role !== OFPCR_ROLE.MASTER) continue;
      other.role = OFPCR_ROLE.SLAVE;
      if (this.#isPlain) continue;
      const reason = ONF_CRR.MASTER_REQUEST;
      const message = { type: 'roleStatus', xid: 0, role: other.role, reason, generationId, properties: [] } as const;
      effects.push({ type: 'send', to: other.id, message });
    }
    return effects;
  }

  /** Sends an asynchronous message to those who want it with this reason. */
  tell(kind: 'packetIn' | 'portStatus' | 'flowRemoved', reason: number, message: () => Message, effects: Effect[]): void {
    let made: Message | undefined;
    for (const controller of this.#controllers.values()) {
      const mask = controller[kind][controller.role === OFPCR_ROLE.SLAVE ? 1 : 0]!;
      if ((mask & (1 << reason)) === 0) continue;
      made ??= message();
      effects.push({ type: 'send', to: controller.id, message: made });
    }
  }
}
