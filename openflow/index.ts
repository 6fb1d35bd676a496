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
export { ONF_FMF } from './protocol/flow-monitor.ts';
export { OFPFC, OFPFF, OFPRR } from './protocol/flows.ts';
export type { Bucket, BucketInput } from './protocol/groups.ts';
export { OFPGC, OFPGFC, OFPGT } from './protocol/groups.ts';
export { type HelloElement, OFP_VERSION } from './protocol/hello.ts';
export type { Instruction, InstructionInput } from './protocol/instructions.ts';
export { type Match, missingPrerequisite, type OneField } from './protocol/match.ts';
export { type MeterBand, type MeterBandInput, OFPM, OFPMC, OFPMF } from './protocol/meters.ts';
export { OFPMPF_REPLY, OFPMPF_REQ } from './protocol/multiparts.ts';
export type { BitRange } from './protocol/nicira-actions.ts';
export { type CtZone, NX_CT_F, NX_CT_RECIRC_NONE, NX_NAT_F } from './protocol/nicira-conntrack.ts';
export { type LearnField, type LearnSpec, NX_LEARN_F } from './protocol/nicira-learn.ts';
export { NXPIF } from './protocol/nicira-messages.ts';
export { CT_STATE, NICIRA, ONF, TCP_FLAGS } from './protocol/nxm.ts';
export { ONF_BCT, ONF_BF, ONF_CRR } from './protocol/onf-messages.ts';
export { OFPIEH, OFPVID } from './protocol/oxm.ts';
export type { Masked } from './protocol/oxm-table.ts';
export { OFP, OFPR } from './protocol/packets.ts';
export { OFPP, OFPPC, OFPPF, OFPPR, OFPPS, type Port, type PortStats } from './protocol/ports.ts';
export { OFPQ, OFPQ_RATE, type PacketQueue } from './protocol/queues.ts';
export { OFPCR_ROLE } from './protocol/roles.ts';
export { OFPC, OFPC_FRAG } from './protocol/switch.ts';
export type { TableFeatures } from './protocol/tables.ts';
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
