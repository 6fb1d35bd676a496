import { commit, type Uncommitted } from './commit.ts';
import { extract, type Layers } from './extract.ts';
import { AT, FlowKey, TAGGED } from './flow-key.ts';

/** A packet on its way through the tables: its fields as the actions left them, and the bytes they have to become. */
export class Packet implements Uncommitted {
  /** The fields, with everything the actions did so far. */
  readonly key = new FlowKey();
  /** The fields as they are in `frame`. */
  readonly base = new FlowKey();
  readonly layers: Layers = { l3: -1, arp: -1, l4: -1, end: 0 };
  frame: Uint8Array = new Uint8Array(0);
  /** Somebody else holds `frame`: it has to be copied before it is written. */
  shared = true;
  /** An action wrote a header field since the frame was last brought up to date. */
  changed = false;

  /** Takes a frame in. */
  load(frame: Uint8Array, inPort: number): this {
    this.key.clear();
    this.frame = frame;
    this.shared = true;
    this.changed = false;
    extract(frame, this.key, this.layers);
    this.key.putU32(AT.inPort, inPort);
    this.base.set(this.key);
    return this;
  }

  get inPort(): number {
    return this.key.u32(AT.inPort);
  }

  /** The frame with all rewriting done; from now on somebody else holds it. */
  bytes(): Uint8Array {
    this.sync();
    this.shared = true;
    return this.frame;
  }

  /** Brings the frame up to date with the fields. */
  sync(): void {
    if (!this.changed) return;
    this.changed = false;
    if (!this.key.sameHeaders(this.base)) commit(this);
  }

  /** Puts a tag in front of those that are there; of two the inner one is lost. */
  pushVlan(tpid: number): void {
    const { key } = this;
    if ((key.u16(AT.vlanTci) & TAGGED) !== 0) {
      key.putU16(AT.innerTci, key.u16(AT.vlanTci));
      key.putU16(AT.innerTpid, key.u16(AT.vlanTpid));
    }
    key.putU16(AT.vlanTci, TAGGED);
    key.putU16(AT.vlanTpid, tpid);
    this.changed = true;
  }

  /** Takes the outer tag away. */
  popVlan(): void {
    const { key } = this;
    key.putU16(AT.vlanTci, key.u16(AT.innerTci));
    key.putU16(AT.vlanTpid, key.u16(AT.innerTpid));
    key.putU16(AT.innerTci, 0);
    key.putU16(AT.innerTpid, 0);
    this.changed = true;
  }
}
