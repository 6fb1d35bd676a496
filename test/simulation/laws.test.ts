import { describe, expect, it } from 'vitest';
import { App } from '../../controller/app.ts';
import { Balancer } from '../../controller/connections/balancer.ts';
import { Lifetimes } from '../../controller/connections/exact/lifetimes.ts';
import type { Command } from '../../controller/core/command.ts';
import { FAULT_KINDS } from '../../controller/simulation/settings.ts';
import { simulate } from '../../controller/simulation/simulation.ts';

/** Breaks a method for the time of a run: what the laws do not see, they do not hold. */
function broken<T extends object, K extends keyof T>(target: T, name: K, with_: (original: T[K]) => T[K]): readonly string[] {
  const original = target[name];
  target[name] = with_(original);
  try {
    return Array.from({ length: 2 }, (_, i) => simulate({ seed: `broken ${i}`, faults: FAULT_KINDS })).flatMap(({ violations }) =>
      violations.map(({ law }) => law),
    );
  } finally {
    target[name] = original;
  }
}

type Handler = (this: unknown, ...parts: never[]) => Command[];
const without = (drop: (command: Command) => boolean) => (original: unknown) =>
  function (this: unknown, ...parts: never[]) {
    return (original as Handler).apply(this, parts).filter(command => !drop(command));
  } as never;

const isFlowTo = (field: 'ipv4Src') => (command: Command) =>
  command.type === 'send' &&
  command.message.type === 'flowMod' &&
  String(command.message.match?.[field] ?? '').startsWith('10.0.0.1');

describe('the laws', () => {
  it('see a decider that throws', () => {
    const throwing = () => () => {
      throw new Error('on purpose');
    };
    expect(broken(Lifetimes.prototype, 'onFlowRemoved', throwing as never)).toContain('no-throw');
  });

  it('see a first packet that is not sent', () => {
    const isPacket = (command: Command) => command.type === 'send' && command.message.type === 'packetOut';
    expect(broken(Balancer.prototype, 'onPacket', without(isPacket))).toContain('first-packet');
  });

  it('see a direction without its flow', () => {
    expect(broken(App.prototype, 'handle', without(isFlowTo('ipv4Src')))).toContain('no-leak');
  });

  it('see an end that is not told', () => {
    expect(
      broken(
        Lifetimes.prototype,
        'onFlowRemoved',
        without(command => command.type === 'log'),
      ),
    ).toContain('base');
  });

  it('see a server that is chosen and was never told to be up', () => {
    const isUp = (command: Command) => command.type === 'log' && command.entry.type === 'server';
    expect(broken(App.prototype, 'handle', without(isUp))).toContain('only-up');
  });
});
