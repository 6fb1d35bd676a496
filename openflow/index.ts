/** OpenFlow 1.3.5: codec, framer, connection, server. */

export { CAPTURE_PORTS, type Captured, CaptureError, captureJson, captureLine, jsonOf, messagesIn } from './capture.ts';
export {
  decode,
  encode,
  encodeInto,
  HEADER_LENGTH,
  type Header,
  headerOf,
  MAX_MESSAGE_LENGTH,
  type Message,
  type MessageInput,
  type MessageOf,
  type MessageType,
  type UnknownMessage,
} from './codec.ts';
export { type Clock, realClock } from './connection/clock.ts';
export { LIMITS, type Limits } from './connection/limits.ts';
export { type CloseCode, Closed, RequestFailed, RequestRefused, VersionMismatch } from './connection/reasons.ts';
export type { ReplyTo, Request } from './connection/requests.ts';
export { Connection, type ConnectionEvents, type ConnectionOptions, type Role } from './connection.ts';
export { describe } from './describe.ts';
export { Framer, type FramerOptions } from './framer.ts';
export type { Action, ActionInput } from './protocol/action.ts';
export { OFPCML, OFPG } from './protocol/actions.ts';
export {
  errorName,
  OFPBAC,
  OFPBIC,
  OFPBMC,
  OFPBRC,
  OFPET,
  OFPFMFC,
  OFPGMFC,
  OFPHFC,
  OFPMMFC,
  OFPPMFC,
  OFPQOFC,
  OFPRRFC,
  OFPSCFC,
  OFPTFFC,
  OFPTMFC,
} from './protocol/errors.ts';
export type { FieldRef, FieldSupport, RawHeader } from './protocol/field-ref.ts';
export type { FieldName, UnknownOxm } from './protocol/fields.ts';
export { OFPFC, OFPFF, OFPRR } from './protocol/flows.ts';
export { type HelloElement, OFP_VERSION } from './protocol/hello.ts';
export type { Instruction, InstructionInput } from './protocol/instructions.ts';
export { type Match, missingPrerequisite, type OneField } from './protocol/match.ts';
export { OFPMPF_REPLY, OFPMPF_REQ } from './protocol/multiparts.ts';
export { CT_STATE, NICIRA, ONF, TCP_FLAGS } from './protocol/nxm.ts';
export { ONF_BCT, ONF_BF, ONF_CRR } from './protocol/onf-messages.ts';
export { OFPIEH, OFPVID } from './protocol/oxm.ts';
export type { Masked } from './protocol/oxm-table.ts';
export { OFP, OFPR } from './protocol/packets.ts';
export { OFPP, OFPPC, OFPPF, OFPPR, OFPPS, type Port, type PortStats } from './protocol/ports.ts';
export { OFPC, OFPC_FRAG } from './protocol/switch.ts';
export { OFPTT } from './protocol/tables.ts';
export {
  type Address,
  type ClientOptions,
  connect,
  listen,
  OPENFLOW_PORT,
  opened,
  SERVER_LIMITS,
  Server,
  type ServerEvents,
  type ServerOptions,
  type TlsOptions,
} from './server.ts';
export { type DecodeCode, DecodeError, EncodeError, type ErrorReply } from './wire/errors.ts';
export { Reader } from './wire/reader.ts';
export { Writer } from './wire/writer.ts';
