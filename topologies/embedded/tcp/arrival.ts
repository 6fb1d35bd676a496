import { TCP } from '../../../openflow/packet/tcp.ts';
import type { Receiver } from './receiver.ts';
import type { Segment } from './segment.ts';
import type { Sender } from './sender.ts';
import { ahead } from './sequence.ts';
import type { TcpState } from './stream.ts';

/**
 * What a segment means for the connection it arrives at: it is taken; it gets no answer, or a mere acknowledgment; its
 * acknowledgment is of something that was never sent; it is outside of the window; it ends the connection.
 */
export type Verdict = 'take' | 'ignore' | 'challenge' | 'bad-ack' | 'outside' | 'reset' | 'refused';

/** A segment that arrives in SYN-SENT (RFC 9293, 3.10.7.3). */
export function verdictOnOpening({ flags, ack }: Segment, { next }: Pick<Sender, 'next'>): Verdict {
  const acks = (flags & TCP.ACK) !== 0;
  const resets = (flags & TCP.RST) !== 0;
  if (acks && ack !== next) return resets ? 'ignore' : 'bad-ack';
  if (resets) return acks ? 'refused' : 'ignore';
  return (flags & TCP.SYN) !== 0 ? 'take' : 'ignore';
}

/** A segment that arrives in a later state (RFC 9293, 3.10.7.4). */
export function verdictOn(
  segment: Segment,
  state: TcpState,
  isPassive: boolean,
  receiver: Pick<Receiver, 'accepts' | 'next'>,
  sender: Pick<Sender, 'next' | 'una'>,
): Verdict {
  const { flags, seq, ack } = segment;
  const isOpening = state === 'SYN-RECEIVED';
  if (!receiver.accepts(segment)) return 'outside';
  if ((flags & TCP.RST) !== 0) {
    // RFC 5961, 3: only the exact number resets; another one in the window is asked about.
    if (seq !== receiver.next) return 'challenge';
    return isOpening && !isPassive ? 'refused' : 'reset';
  }
  if ((flags & TCP.SYN) !== 0) return 'challenge'; // RFC 5961, 4
  if ((flags & TCP.ACK) === 0) return 'ignore';
  if (ahead(ack, sender.next) > 0) return isOpening ? 'bad-ack' : 'challenge';
  return isOpening && ahead(ack, sender.una) <= 0 ? 'bad-ack' : 'take';
}
