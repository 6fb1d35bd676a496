import { describe, expect, it } from 'vitest';
import { FAMILIES, factsOf } from '../../../controller/core/family.ts';
import { parseIp } from '../../../controller/core/ip.ts';
import { decode, encode, type Match, type MessageInput, type MessageOf, OFPP } from '../../../openflow/index.ts';
import { arpRequest } from '../../../openflow/packet/arp-message.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { VirtualClock } from '../../../topologies/embedded/clock.ts';
import { EmbeddedSwitch } from '../../../topologies/embedded/switch/embedded-switch.ts';

const V4 = parseIp('10.0.0.100')!;
const V6 = parseIp('fd00::100')!;
const MAC = '02:56:0a:00:00:64';

/** A match as the wire gives it back. */
const overTheWire = (match: Match) => (decode(encode({ type: 'flowMod', match } as MessageInput)) as MessageOf<'flowMod'>).match;

describe.each([V4, V6])('the family of %s', ip => {
  const { ethType, src, dst, icmp, resolution } = factsOf(ip);

  it.each<[string, Match]>([
    ['questions for an address', resolution.question(ip)],
    ['claims of an address', resolution.claim(ip)],
    ['packets from it', { ethType, [src]: ip }],
    ['packets to it', { ethType, [dst]: ip }],
    ['its control messages', { ethType, ipProto: icmp }],
  ])('has a match for %s that keeps its prerequisites on the wire', (_what, match) => {
    expect(overTheWire(match)).toEqual(match);
    expect(match.ethType).toBeDefined();
  });

  it('names the address in what it asks and claims', () => {
    expect(Object.values(resolution.question(ip))).toContain(ip);
    expect(Object.values(resolution.claim(ip))).toContain(ip);
  });
});

it('each family is found by its addresses', () => {
  expect(factsOf(V4)).toBe(FAMILIES.ipv4);
  expect(factsOf(V6)).toBe(FAMILIES.ipv6);
});

describe('the answer to ARP for a VIP', () => {
  it('is made by the switch itself, and is a good ARP reply', () => {
    const sent: { port: number; frame: Uint8Array }[] = [];
    const ports = [1, 2].map(number => ({ number, name: `p${number}`, mac: `02:00:00:00:01:0${number}` }));
    const output = (port: number, frame: Uint8Array) => void sent.push({ port, frame });
    const at = new EmbeddedSwitch({ name: 's1', dpid: '0000000000000001', ports, clock: new VirtualClock(), output });
    const { question, answer } = factsOf(V4).resolution;
    const actions = answer!(V4, MAC);
    const instructions = [{ type: 'applyActions' as const, actions }];
    at.channel(() => {}).send({ type: 'flowMod', match: question(V4), instructions });
    const asked = { senderMac: '00:00:00:00:00:01', senderIp: '10.0.0.1', targetIp: V4 };
    at.receive(1, arpRequest(asked));
    expect(sent.map(({ port }) => port)).toEqual([1]);
    expect(dissect(sent[0]!.frame)).toMatchObject({
      ethernet: { src: MAC, dst: asked.senderMac },
      arp: { op: 2, sha: MAC, spa: V4, tha: asked.senderMac, tpa: asked.senderIp },
    });
    expect(actions.at(-1)).toEqual({ type: 'output', port: OFPP.IN_PORT });
  });

  it('is the controller’s matter for IPv6', () => {
    expect(factsOf(V6).resolution.answer).toBeUndefined();
  });
});
