import { expect, it } from 'vitest';
import { type Connection, OFPBRC, OFPET, OFPP, OFPPC, OFPPR, OFPPS } from '../../../openflow/index.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { OFPCR_ROLE } from '../../../openflow/protocol/roles.ts';
import { ALL_BITS, apply, output, type SwitchRig, segment, TO_VIP } from './rig.ts';

/** What a switch tells of itself, its ports and counters, and to whom. */
export function sessionContract(rig: SwitchRig): void {
  it('tells its number, its ports and what it is', async () => {
    const features = await rig.controller.request({ type: 'featuresRequest' });
    expect(features).toMatchObject({ datapathId: 1n, auxiliaryId: 0, nBuffers: 0 });
    expect(features.nTables).toBeGreaterThanOrEqual(4);
    const { body } = await rig.controller.request({ type: 'multipartRequest', kind: 'portDesc' });
    expect(
      body
        .map(({ portNo }) => portNo)
        .filter(portNo => portNo < OFPP.MAX)
        .sort(),
    ).toEqual([1, 2, 3, 4]);
    const desc = await rig.controller.request({ type: 'multipartRequest', kind: 'desc' });
    expect(desc.body.hwDesc).not.toBe('');
  });

  it('tells when a link goes and comes', async () => {
    await rig.at.setLink(3, false);
    await rig.at.pass(1_000);
    const gone = (await rig.ofType('portStatus')).at(-1)!;
    expect(gone).toMatchObject({ reason: OFPPR.MODIFY, desc: { portNo: 3 } });
    expect(gone.desc.state & OFPPS.LINK_DOWN).toBe(OFPPS.LINK_DOWN);
    rig.heard = [];
    await rig.at.setLink(3, true);
    await rig.at.pass(1_000);
    expect((await rig.ofType('portStatus')).at(-1)!.desc.state & OFPPS.LINK_DOWN).toBe(0);
  });

  it('sends nothing out of a port that may not forward', async () => {
    const { body } = await rig.controller.request({ type: 'multipartRequest', kind: 'portDesc' });
    const { hwAddr } = body.find(({ portNo }) => portNo === 2)!;
    const portMod = { type: 'portMod', portNo: 2, hwAddr, mask: OFPPC.NO_FWD } as const;
    await rig.tell({ type: 'flowMod', instructions: apply(output(2), output(3)) }, { ...portMod, config: OFPPC.NO_FWD });
    await rig.at.pass(300);
    expect(Object.keys(await rig.sent(1, segment(TCP.SYN)))).toEqual(['3']);
    await rig.tell({ ...portMod, config: 0 });
    await rig.at.pass(300);
    expect(Object.keys(await rig.sent(1, segment(TCP.SYN)))).toEqual(['2', '3']);
  });

  it('counts what passes', async () => {
    await rig.tell({ type: 'flowMod', match: TO_VIP, instructions: apply(output(2)) });
    for (let i = 0; i < 3; i++) await rig.at.inject(1, segment(TCP.ACK));
    await rig.at.pass(1_000);
    expect(await rig.flows()).toMatchObject([{ packetCount: 3n, byteCount: 171n }]);
    const aggregate = await rig.controller.request({ type: 'multipartRequest', kind: 'aggregate' });
    expect(aggregate.body).toMatchObject({ flowCount: 1, packetCount: 3n, byteCount: 171n });
    const table = await rig.controller.request({ type: 'multipartRequest', kind: 'table' });
    expect(table.body[0]).toMatchObject({ tableId: 0, activeCount: 1 });
  });

  it('has one master, and refuses stale ones', async () => {
    const other = await rig.at.connect();
    other.send({ type: 'setConfig', missSendLen: 0xffff });
    const role = (to: Connection, wanted: number, generationId: bigint) =>
      to.request({ type: 'roleRequest', role: wanted, generationId });
    const generation = (await role(rig.controller, OFPCR_ROLE.NOCHANGE, 0n)).generationId;
    const next = generation === ALL_BITS ? 1n : generation + 1n;
    expect(await role(rig.controller, OFPCR_ROLE.MASTER, next)).toMatchObject({ role: OFPCR_ROLE.MASTER, generationId: next });
    expect(await role(other, OFPCR_ROLE.MASTER, next + 1n)).toMatchObject({ role: OFPCR_ROLE.MASTER });
    expect(await rig.ofType('roleStatus')).toMatchObject([{ role: OFPCR_ROLE.SLAVE }]);
    expect(await rig.tell({ type: 'flowMod', match: TO_VIP })).toMatchObject([{ errType: 1, code: OFPBRC.IS_SLAVE }]);
    await expect(role(rig.controller, OFPCR_ROLE.MASTER, next)).rejects.toMatchObject({
      errType: OFPET.ROLE_REQUEST_FAILED,
      code: 0,
    });
    await role(rig.controller, OFPCR_ROLE.EQUAL, 0n);
    other.close();
  });

  it('sends only what is asked for', async () => {
    const before = await rig.controller.request({ type: 'getAsyncRequest' });
    expect(before).toMatchObject({ packetInMask: [3, 0], portStatusMask: [7, 7], flowRemovedMask: [15, 0] });
    const { packetInMask, portStatusMask, flowRemovedMask } = before;
    await rig.tell({ type: 'setAsync', packetInMask: [0, 0], portStatusMask, flowRemovedMask });
    await rig.tell({ type: 'flowMod', instructions: apply(output(OFPP.CONTROLLER)) });
    await rig.at.inject(1, segment(TCP.SYN));
    await rig.tell({ type: 'setAsync', packetInMask, portStatusMask, flowRemovedMask });
    await rig.at.inject(2, segment(TCP.SYN));
    expect((await rig.ofType('packetIn')).map(({ match }) => match.inPort)).toEqual([2]);
  });
}
