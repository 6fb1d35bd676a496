import { describe, expect, it } from 'vitest';
import { cookieOf } from '../../../controller/core/cookie.ts';
import { flowModOf } from '../../../controller/core/flow.ts';
import { desiredCookie, flowProblem, PRIORITY, TABLE } from '../../../controller/core/pipeline.ts';
import { FAULT_KINDS } from '../../../controller/simulation/settings.ts';
import { SimulatedSwitch } from '../../../controller/simulation/simulated-switch.ts';
import { simulate } from '../../../controller/simulation/simulation.ts';
import { TRIALS } from '../../../controller/switches/trials.ts';
import { decode, type MessageInput, OFPFC } from '../../../openflow/index.ts';
import { Random } from '../../../topologies/embedded/random.ts';
import { RandomEvents } from '../connections/random-events.ts';

type FlowMod = Extract<MessageInput, { type: 'flowMod' }>;

/** Every flow that a controller adds while something runs, in whatever it is wrapped. */
function added(work: () => void): FlowMod[] {
  const mods: FlowMod[] = [];
  const { connect } = SimulatedSwitch.prototype;
  SimulatedSwitch.prototype.connect = function (receive) {
    const channel = connect.call(this, receive);
    const send = (message: MessageInput) => {
      const inner = message.type === 'bundleAdd' ? (decode(message.message) as MessageInput) : message;
      if (inner.type === 'flowMod' && (inner.command ?? OFPFC.ADD) === OFPFC.ADD) mods.push(inner);
      channel.send(message);
    };
    return { send, close: () => channel.close() };
  };
  try {
    work();
  } finally {
    SimulatedSwitch.prototype.connect = connect;
  }
  return mods;
}

describe('every flow that a controller sends fits the pipeline', () => {
  it.each(Array.from({ length: 5 }, (_, i) => `pipeline ${i}`))(
    'in the simulated world "%s"',
    seed => {
      const mods = added(() => simulate({ seed, faults: FAULT_KINDS }));
      expect(mods.length).toBeGreaterThan(20);
      expect(mods.flatMap(mod => flowProblem(mod) ?? [])).toEqual([]);
      const tables = new Set(mods.map(({ tableId }) => tableId));
      expect([...tables].sort()).toEqual([TABLE.admit, TABLE.service, TABLE.learn, TABLE.forward]);
    },
    60_000,
  );

  it('whatever happens to its connections', () => {
    for (let i = 0; i < 10; i++) {
      const events = new RandomEvents(new Random(`pipeline ${i}`));
      for (let n = 0; n < 200; n++) events.next();
      expect(events.tables.problems.filter(problem => /table|goes/.test(problem))).toEqual([]);
    }
  }, 30_000);

  it('and what is tried of a switch changes nothing, in a table of its own', () => {
    for (const trial of Object.values(TRIALS)) {
      if (trial.type !== 'flowMod') continue;
      expect(trial).toMatchObject({ command: OFPFC.MODIFY_STRICT, tableId: TABLE.trial });
      expect(flowProblem({ ...trial, cookie: desiredCookie('base') })).toBeUndefined();
    }
  });
});

describe('a flow that does not fit is found', () => {
  const good = flowModOf({
    table: TABLE.service,
    priority: PRIORITY.connection,
    match: { ethType: 0x800, ipProto: 6, ipv4Src: '10.0.0.4', tcpSrc: 4000 },
    actions: [],
    next: TABLE.learn,
    cookie: cookieOf({ round: 3, owner: 'connection', service: 1, server: 2, serial: 9 }),
  });
  const goTo = (tableId: number) => ({ instructions: [{ type: 'gotoTable' as const, tableId }] });

  it.each<[string, Partial<FlowMod>, string]>([
    ['a table that is none', { tableId: 7 }, 'there is no table 7'],
    ['a table that matches other fields', { tableId: TABLE.forward }, 'table forward does not match ethType'],
    ['a priority without a name', { priority: 401 }, 'table service: priority 401 has no name'],
    ['a field of another table', { match: { ...good.match, inPort: 1 } }, 'table service does not match inPort'],
    ['a table that is not behind it', goTo(TABLE.admit), 'nothing goes from table service to admit'],
    ['itself as the next table', goTo(TABLE.service), 'nothing goes from table service to service'],
    ['a next table that is none', goTo(9), 'nothing goes from table service to 9'],
    ['no cookie', { cookie: 0n }, 'table service: cookie 0 is nobody'],
    ['a cookie without our mark', { cookie: good.cookie! & ~(1n << 57n) }, 'is nobody'],
    ['a cookie without an owner', { cookie: good.cookie! & ~(0xfn << 44n) }, 'is nobody'],
  ])('by %s', (_what, wrong, problem) => {
    expect(flowProblem(good)).toBeUndefined();
    expect(flowProblem({ ...good, ...wrong })).toContain(problem);
  });
});
