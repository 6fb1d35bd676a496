import { rest, u32 } from '../wire/scalars.ts';
import { defaulted, struct } from '../wire/struct.ts';
import { error } from './errors.ts';
import { flowMod, flowRemoved } from './flows.ts';
import { groupMod } from './groups.ts';
import { hello } from './hello.ts';
import { meterMod } from './meters.ts';
import { multipartReply, multipartRequest } from './multiparts.ts';
import { NICIRA_MESSAGES } from './nicira-messages.ts';
import { NICIRA, ONF } from './nxm.ts';
import { ONF_MESSAGES } from './onf-messages.ts';
import { packetIn, packetOut } from './packets.ts';
import { portMod, portStatus } from './ports.ts';
import { queueGetConfigReply, queueGetConfigRequest } from './queues.ts';
import { asyncConfig, role } from './roles.ts';
import { featuresReply, switchConfig } from './switch.ts';
import { tableMod } from './tables.ts';

const empty = struct({});
const echo = struct({ data: defaulted(rest, new Uint8Array(0)) });

/** The messages of OpenFlow 1.3.5: `name: [type, body, clause, who alone sends it]`. */
export const MESSAGES = {
  hello: [0, hello, '7.5.1'],
  error: [1, error, '7.4.4'],
  echoRequest: [2, echo, '7.5.2'],
  echoReply: [3, echo, '7.5.3'],
  experimenter: [4, struct({ experimenter: u32, expType: u32, data: defaulted(rest, new Uint8Array(0)) }), '7.5.4'],
  featuresRequest: [5, empty, '7.3.1', 'controller'],
  featuresReply: [6, featuresReply, '7.3.1', 'switch'],
  getConfigRequest: [7, empty, '7.3.2', 'controller'],
  getConfigReply: [8, switchConfig, '7.3.2', 'switch'],
  setConfig: [9, switchConfig, '7.3.2', 'controller'],
  packetIn: [10, packetIn, '7.4.1', 'switch'],
  flowRemoved: [11, flowRemoved, '7.4.2', 'switch'],
  portStatus: [12, portStatus, '7.4.3', 'switch'],
  packetOut: [13, packetOut, '7.3.7', 'controller'],
  flowMod: [14, flowMod, '7.3.4.1', 'controller'],
  groupMod: [15, groupMod, '7.3.4.2', 'controller'],
  portMod: [16, portMod, '7.3.4.3', 'controller'],
  tableMod: [17, tableMod, '7.3.3', 'controller'],
  multipartRequest: [18, multipartRequest, '7.3.5', 'controller'],
  multipartReply: [19, multipartReply, '7.3.5', 'switch'],
  barrierRequest: [20, empty, '7.3.8', 'controller'],
  barrierReply: [21, empty, '7.3.8', 'switch'],
  queueGetConfigRequest: [22, queueGetConfigRequest, '7.3.6', 'controller'],
  queueGetConfigReply: [23, queueGetConfigReply, '7.3.6', 'switch'],
  roleRequest: [24, role, '7.3.9', 'controller'],
  roleReply: [25, role, '7.3.9', 'switch'],
  getAsyncRequest: [26, empty, '7.3.10', 'controller'],
  getAsyncReply: [27, asyncConfig, '7.3.10', 'switch'],
  setAsync: [28, asyncConfig, '7.3.10', 'controller'],
  meterMod: [29, meterMod, '7.3.4.4', 'controller'],
} as const;

const EXPERIMENTER = MESSAGES.experimenter[0];

/** The messages of experimenters that are known here. */
export const MESSAGE_VENDORS = [
  { code: EXPERIMENTER, experimenter: ONF, subtype: 4, entries: ONF_MESSAGES },
  { code: EXPERIMENTER, experimenter: NICIRA, subtype: 4, entries: NICIRA_MESSAGES },
] as const;
