import { type ActionInput, OFPP, OFPR, TCP_FLAGS } from '../../../openflow/index.ts';
import { isKnownExperimenter } from './experimenter.ts';
import { rangeOf, regLoad, regMove, setField } from './field-actions.ts';
import { AT, type FlowKey, TAGGED } from './flow-key.ts';
import { ETH_TYPE, PROTO, TPID } from './header.ts';
import { learn } from './learn.ts';
import { demand, type Scope } from './operation.ts';
import { NX_MAX, portOf } from './port-number.ts';
import { refuse } from './refusal.ts';
import type { Op, Run } from './run.ts';

/** Makes the operation of an action. Throws a refusal for an action that the switch does not have, or not on such packets. */
export function compileAction(action: ActionInput, scope: Scope): Op {
  const { services } = scope;
  switch (action.type) {
    case 'output':
      return outputTo(action.port, scope);
    case 'group':
      return toGroup(action.groupId, scope);
    case 'setField':
      return setField(action, scope, false);
    case 'regLoad2':
      return setField(action, scope, true);
    case 'regLoad':
      return regLoad(action, scope);
    case 'regMove':
      return regMove(action, scope);
    case 'pushVlan':
      return pushVlan(action.ethertype ?? TPID.CUSTOMER, scope);
    case 'popVlan':
      return popVlan(scope);
    case 'setNwTtl':
      return setTtl(action.nwTtl, scope);
    case 'decNwTtl':
      return decTtl(scope);
    case 'setQueue':
    case 'popQueue':
    case 'note':
      return () => true;
    case 'setTunnel':
      return setTunnel(BigInt(action.tunId));
    case 'setTunnel64':
      return setTunnel(action.tunId);
    case 'finTimeout':
      return finTimeout(action.finIdleTimeout, action.finHardTimeout ?? 0, scope);
    case 'learn':
      return learn(action, scope);
    case 'controller':
      return run => {
        const { reason = OFPR.ACTION } = action;
        services.toController(run, reason === OFPR.ACTION && run.flow?.isTableMiss ? OFPR.NO_MATCH : reason);
        return true;
      };
    case 'resubmit':
      return resubmit(action.inPort ?? NX_IN_PORT, undefined, scope);
    case 'resubmitTable':
      return resubmit(action.inPort ?? NX_IN_PORT, action.tableId ?? THIS_TABLE, scope);
    case 'outputReg':
    case 'outputReg2': {
      const place = rangeOf(action.src, action.bits);
      const { ofs, nBits } = action.bits;
      return run => {
        services.output(run, portOf(readBits(run, place.at + place.size - 1, place.shift + ofs, nBits)));
        return true;
      };
    }
    case 'exit':
      return run => {
        run.exited = true;
        return false;
      };
    case 'unknown':
      throw refuse.action(action.code === EXPERIMENTER ? 'BAD_EXPERIMENTER' : 'BAD_TYPE');
    case 'experimenter':
      throw refuse.action(isKnownExperimenter(action.experimenter) ? 'BAD_EXP_TYPE' : 'BAD_EXPERIMENTER');
    default:
      throw refuse.action('BAD_TYPE');
  }
}

/** Compiles actions in the order in which they are carried out. */
export function compileActions(actions: readonly ActionInput[], scope: Scope): Op[] {
  return actions.map(action => compileAction(action, scope));
}

const EXPERIMENTER = 0xffff;
const NX_IN_PORT = 0xfff8;
const THIS_TABLE = 255;

function outputTo(port: number, scope: Scope): Op {
  const { services, ports } = scope;
  if ((port >= NX_MAX && port < OFPP.IN_PORT) || port === OFPP.NORMAL || port === OFPP.ANY) throw refuse.action('BAD_OUT_PORT');
  ports.push(port);
  return run => {
    services.output(run, port);
    return true;
  };
}

function toGroup(groupId: number, scope: Scope): Op {
  const { services, groups } = scope;
  if (!services.hasGroup(groupId)) scope.missing ??= refuse.action('BAD_OUT_GROUP');
  groups.push(groupId);
  return run => {
    services.group(run, groupId);
    return true;
  };
}

function pushVlan(tpid: number, scope: Scope): Op {
  const { key } = scope;
  if (tpid !== TPID.CUSTOMER && tpid !== TPID.SERVICE) throw refuse.action('BAD_ARGUMENT');
  if ((key.u16(AT.innerTci) & TAGGED) !== 0) scope.bad ??= refuse.action('BAD_TAG');
  if ((key.u16(AT.vlanTci) & TAGGED) !== 0) key.putU16(AT.innerTci, key.u16(AT.vlanTci));
  key.putU16(AT.vlanTci, TAGGED);
  return ({ packet }) => {
    packet.pushVlan(tpid);
    return true;
  };
}

function popVlan(scope: Scope): Op {
  const { key } = scope;
  demand(scope, (key.u16(AT.vlanTci) & TAGGED) !== 0);
  key.putU16(AT.vlanTci, key.u16(AT.innerTci));
  key.putU16(AT.innerTci, 0);
  return ({ packet }) => {
    packet.popVlan();
    return true;
  };
}

function isIp(key: FlowKey): boolean {
  const type = key.u16(AT.ethType);
  return type === ETH_TYPE.IPV4 || type === ETH_TYPE.IPV6;
}

function setTtl(ttl: number, scope: Scope): Op {
  demand(scope, isIp(scope.key));
  return ({ packet }) => {
    if (!isIp(packet.key)) return true;
    packet.key.bytes[AT.ipTtl] = ttl;
    packet.changed = true;
    return true;
  };
}

/** A packet whose time is over goes to the controller instead (7.2.5). */
function decTtl(scope: Scope): Op {
  const { services } = scope;
  demand(scope, isIp(scope.key));
  return run => {
    const { packet } = run;
    if (!isIp(packet.key)) return true;
    const ttl = packet.key.bytes[AT.ipTtl]!;
    if (ttl <= 1) {
      services.toController(run, OFPR.INVALID_TTL);
      return false;
    }
    packet.key.bytes[AT.ipTtl] = ttl - 1;
    packet.changed = true;
    return true;
  };
}

function setTunnel(tunnelId: bigint): Op {
  const [high, low] = [Number(tunnelId >> 32n), Number(tunnelId & 0xffffffffn)];
  return ({ packet: { key } }) => {
    key.putU32(AT.tunnelId, high);
    key.putU32(AT.tunnelId + 4, low);
    return true;
  };
}

function finTimeout(idleTimeout: number, hardTimeout: number, scope: Scope): Op {
  const { key, services } = scope;
  demand(scope, isIp(key) && key.bytes[AT.ipProto] === PROTO.TCP);
  return run => {
    if ((run.packet.key.bytes[AT.tcpFlags + 1]! & (TCP_FLAGS.FIN | TCP_FLAGS.RST)) !== 0)
      services.shorten(run, idleTimeout, hardTimeout);
    return true;
  };
}

function resubmit(port: number, table: number | undefined, { services }: Scope): Op {
  const inPort = port === NX_IN_PORT ? undefined : portOf(port);
  return run => {
    services.resubmit(run, table === undefined || table === THIS_TABLE ? run.tableId : table, inPort);
    return true;
  };
}

function readBits({ packet }: Run, lowByte: number, firstBit: number, nBits: number): number {
  let number = 0;
  for (let n = Math.min(nBits, 32) - 1; n >= 0; n--) {
    const bit = firstBit + n;
    number = number * 2 + ((packet.key.bytes[lowByte - (bit >> 3)]! >> (bit & 7)) & 1);
  }
  return number;
}
