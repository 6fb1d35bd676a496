import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type Action,
  type Connection,
  describe as describeMessage,
  encode,
  type Match,
  type Message,
  type MessageInput,
  type MessageOf,
  type Port,
} from '../../openflow/index.ts';

describe('the types', () => {
  it('of a message follow from its table', () => {
    expectTypeOf<MessageOf<'packetIn'>['cookie']>().toEqualTypeOf<bigint>();
    expectTypeOf<MessageOf<'packetIn'>['match']>().toEqualTypeOf<Match>();
    expectTypeOf<MessageOf<'packetIn'>['xid']>().toEqualTypeOf<number>();
    expectTypeOf<MessageOf<'portStatus'>['desc']>().toEqualTypeOf<Port>();
    expectTypeOf<MessageOf<'echoReply'>>().toEqualTypeOf<{
      readonly type: 'echoReply';
      readonly xid: number;
      readonly data: Uint8Array;
    }>();
    expectTypeOf<Extract<Action, { type: 'output' }>>().toEqualTypeOf<{
      readonly type: 'output';
      readonly port: number;
      readonly maxLen: number;
    }>();
  });

  it('of a match keep values apart', () => {
    expectTypeOf<Match['inPort']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<Match['ipv4Dst']>().toEqualTypeOf<string | { readonly value: string; readonly mask: string } | undefined>();
    // @ts-expect-error a port number is no IPv4 address
    expect(() => encode({ type: 'flowMod', match: { ipv4Dst: 80 } })).toThrow();
    // @ts-expect-error in_port takes no mask
    expect(() => encode({ type: 'flowMod', match: { inPort: { value: 1, mask: 1 } } })).toThrow();
    // @ts-expect-error a cookie is a bigint
    expect(() => encode({ type: 'flowMod', cookie: 1 })).toThrow();
    // @ts-expect-error a name of another vocabulary
    expect(() => encode({ type: 'flowMod', match: { nwDst: '10.0.0.1' } })).toThrow();
    // @ts-expect-error an action that does not exist
    expect(() => encode({ type: 'packetOut', actions: [{ type: 'outputs', port: 1 }] })).toThrow();
    // @ts-expect-error a port-status has a port
    expect(() => encode({ type: 'portStatus', reason: 0 })).toThrow();
  });

  it('let fields with a default be left out', () => {
    expectTypeOf<{ type: 'flowMod' }>().toExtend<MessageInput>();
    expectTypeOf<{ type: 'packetOut'; actions: [] }>().toExtend<MessageInput>();
    expectTypeOf<{ type: 'multipartRequest'; kind: 'desc' }>().toExtend<MessageInput>();
    expectTypeOf<{ type: 'portStatus'; reason: 0 }>().not.toExtend<MessageInput>();
  });

  it('take what was decoded as something to encode', () => {
    expectTypeOf<Message>().toExtend<MessageInput>();
  });

  it('make a switch on type exhaustive', () => {
    type Some = MessageOf<'barrierRequest' | 'barrierReply'>;
    const name = (message: Some): string => {
      switch (message.type) {
        case 'barrierRequest':
          return 'request';
        case 'barrierReply':
          return 'reply';
        default:
          expectTypeOf(message).toEqualTypeOf<never>();
          return message;
      }
    };
    expect(name({ type: 'barrierReply', xid: 0 })).toBe('reply');
    expectTypeOf(describeMessage).parameter(0).toEqualTypeOf<Message>();
  });

  it('give a request the type of its answer', () => {
    const ask = (connection: Connection) => ({
      features: connection.request({ type: 'featuresRequest' }),
      ports: connection.request({ type: 'multipartRequest', kind: 'portDesc' }),
    });
    expectTypeOf<Awaited<ReturnType<typeof ask>['features']>['datapathId']>().toEqualTypeOf<bigint>();
    expectTypeOf<Awaited<ReturnType<typeof ask>['ports']>['body']>().toEqualTypeOf<readonly Port[]>();
    // @ts-expect-error a flow-mod is not answered
    const wrong = (connection: Connection) => connection.request({ type: 'flowMod' });
    expect(wrong).toBeTypeOf('function');
  });
});
