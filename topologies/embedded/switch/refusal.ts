import {
  errorName,
  OFPBAC,
  OFPBIC,
  OFPBMC,
  OFPBRC,
  OFPET,
  OFPFMFC,
  OFPGMFC,
  OFPMMFC,
  OFPPMFC,
  OFPQOFC,
  OFPRRFC,
  OFPSCFC,
  OFPTFFC,
  OFPTMFC,
} from '../../../openflow/index.ts';

/** A message that the switch does not carry out; the controller gets its type and code (7.4.4). */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly errType: number;
  readonly code: number;

  constructor(errType: number, code: number) {
    super(errorName(errType, code));
    this.errType = errType;
    this.code = code;
  }
}

function refuser<const C>(errType: number, _codes: C): (code: keyof C) => Refusal {
  return code => new Refusal(errType, _codes[code] as number);
}

/** `throw refuse.action('BAD_TYPE')`: an error of each type, by the name of its code. */
export const refuse = {
  request: refuser(OFPET.BAD_REQUEST, OFPBRC),
  action: refuser(OFPET.BAD_ACTION, OFPBAC),
  instruction: refuser(OFPET.BAD_INSTRUCTION, OFPBIC),
  match: refuser(OFPET.BAD_MATCH, OFPBMC),
  flow: refuser(OFPET.FLOW_MOD_FAILED, OFPFMFC),
  group: refuser(OFPET.GROUP_MOD_FAILED, OFPGMFC),
  port: refuser(OFPET.PORT_MOD_FAILED, OFPPMFC),
  table: refuser(OFPET.TABLE_MOD_FAILED, OFPTMFC),
  meter: refuser(OFPET.METER_MOD_FAILED, OFPMMFC),
  queue: refuser(OFPET.QUEUE_OP_FAILED, OFPQOFC),
  config: refuser(OFPET.SWITCH_CONFIG_FAILED, OFPSCFC),
  role: refuser(OFPET.ROLE_REQUEST_FAILED, OFPRRFC),
  tableFeatures: refuser(OFPET.TABLE_FEATURES_FAILED, OFPTFFC),
} as const;
