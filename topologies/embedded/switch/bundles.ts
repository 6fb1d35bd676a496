import { decode, type MessageInput, OFPET } from '../../../openflow/index.ts';
import { ONF } from '../../../openflow/protocol/nxm.ts';
import { ONF_BCT, ONF_BF } from '../../../openflow/protocol/onf-messages.ts';
import { DecodeError } from '../../../openflow/wire/errors.ts';
import { Refusal } from './refusal.ts';

type Control = Extract<MessageInput, { readonly type: 'bundleControl' }>;
type Add = Extract<MessageInput, { readonly type: 'bundleAdd' }>;

/** Codes of the errors of bundles: an experimenter's, in 1.3 (EXT-230). */
const OFPBFC = {
  BAD_ID: 2302,
  BUNDLE_CLOSED: 2304,
  BAD_TYPE: 2306,
  BAD_FLAGS: 2307,
  MSG_BAD_XID: 2309,
  MSG_UNSUP: 2310,
  MSG_TOO_MANY: 2312,
  MSG_FAILED: 2313,
} as const;

/** An error of bundles: its data begins with the experimenter's number. */
export class BundleRefusal extends Refusal {
  readonly experimenter = ONF;

  constructor(code: keyof typeof OFPBFC) {
    super(OFPET.EXPERIMENTER, OFPBFC[code]);
  }
}

interface Bundle {
  readonly flags: number;
  readonly messages: MessageInput[];
  closed: boolean;
}

const KNOWN_FLAGS = ONF_BF.ATOMIC | ONF_BF.ORDERED;
/** What may be in a bundle. */
const KINDS: readonly string[] = ['flowMod', 'groupMod', 'packetOut'];
/** Messages of one bundle, and bundles of one controller. */
const MAX_MESSAGES = 100_000;
const MAX_BUNDLES = 1_000;

/** The open bundles of all controllers (EXT-230): messages that wait to be carried out together. */
export class Bundles {
  readonly #open = new Map<number, Map<number, Bundle>>();

  /** Carries out what a controller wants with a bundle, and gives the kind of the answer. Throws a refusal. */
  control(
    { bundleId, controlType, flags = 0 }: Control,
    from: number,
    commit: (messages: readonly MessageInput[]) => void,
  ): number {
    const bundles = this.#of(from);
    const bundle = bundles.get(bundleId);
    if (controlType === ONF_BCT.OPEN_REQUEST) {
      if (bundle !== undefined) {
        bundles.delete(bundleId);
        throw new BundleRefusal('BAD_ID');
      }
      this.#add(from, bundleId, flags);
      return ONF_BCT.OPEN_REPLY;
    }
    if (bundle === undefined) throw new BundleRefusal('BAD_ID');
    switch (controlType) {
      case ONF_BCT.CLOSE_REQUEST:
        if (bundle.closed) {
          bundles.delete(bundleId);
          throw new BundleRefusal('BUNDLE_CLOSED');
        }
        checkFlags(bundle, flags);
        bundle.closed = true;
        return ONF_BCT.CLOSE_REPLY;
      case ONF_BCT.COMMIT_REQUEST:
        bundles.delete(bundleId);
        checkFlags(bundle, flags);
        commit(bundle.messages);
        return ONF_BCT.COMMIT_REPLY;
      case ONF_BCT.DISCARD_REQUEST:
        bundles.delete(bundleId);
        return ONF_BCT.DISCARD_REPLY;
      default:
        throw new BundleRefusal('BAD_TYPE');
    }
  }

  /** Puts a message into a bundle, which is opened by it when there is none. Throws a refusal. */
  add({ xid = 0, bundleId, flags = 0, message }: Add, from: number): void {
    const inner = decoded(message);
    if (inner.xid !== xid) throw new BundleRefusal('MSG_BAD_XID');
    if (!KINDS.includes(inner.type)) throw new BundleRefusal('MSG_UNSUP');
    const bundle = this.#of(from).get(bundleId) ?? this.#add(from, bundleId, flags);
    if (bundle.closed) throw new BundleRefusal('BUNDLE_CLOSED');
    checkFlags(bundle, flags);
    if (bundle.messages.length >= MAX_MESSAGES) throw new BundleRefusal('MSG_TOO_MANY');
    bundle.messages.push(inner);
  }

  /** A controller is gone, and its bundles with it. */
  forget(from: number): void {
    this.#open.delete(from);
  }

  #of(from: number): Map<number, Bundle> {
    const bundles = this.#open.get(from) ?? new Map<number, Bundle>();
    this.#open.set(from, bundles);
    return bundles;
  }

  #add(from: number, bundleId: number, flags: number): Bundle {
    const bundles = this.#of(from);
    if ((flags & ~KNOWN_FLAGS) !== 0) throw new BundleRefusal('BAD_FLAGS');
    if (bundles.size >= MAX_BUNDLES) throw new BundleRefusal('MSG_TOO_MANY');
    const bundle = { flags, messages: [], closed: false };
    bundles.set(bundleId, bundle);
    return bundle;
  }
}

/** Some message of a bundle failed. */
export function bundleFailed(): BundleRefusal {
  return new BundleRefusal('MSG_FAILED');
}

function checkFlags(bundle: Bundle, flags: number): void {
  if (bundle.flags !== flags) throw new BundleRefusal('BAD_FLAGS');
}

function decoded(frame: Uint8Array): ReturnType<typeof decode> {
  try {
    return decode(frame);
  } catch (error) {
    if (!(error instanceof DecodeError) || error.reply === undefined) throw error;
    throw new Refusal(error.reply.errType, error.reply.code);
  }
}
