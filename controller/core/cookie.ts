/** Who installed a flow. The highest bit tells the flows of single connections from what should be there in any case. */
export const OWNER = { base: 1, forwarding: 2, observation: 3, connection: 8 } as const;
export type Owner = keyof typeof OWNER;

/** `name: [lowest bit, width]`. `mark` tells our flows from everybody else's. */
export const COOKIE_BITS = {
  mark: [56, 8],
  round: [48, 8],
  owner: [44, 4],
  service: [32, 12],
  server: [20, 12],
  serial: [0, 20],
} as const;
export type CookieField = keyof typeof COOKIE_BITS;

const MARK = 0x76; // 'v'

/** A cookie as two numbers: they are cheaper than bigints, and a cookie is made for every connection. */
const HALVES = new DataView(new ArrayBuffer(8));

/** Of each field: the byte at which its half begins, and where it is there. No field is in both halves. */
const PLACE = Object.fromEntries(
  Object.entries(COOKIE_BITS).map(([field, [low, width]]) => [
    field,
    { half: low < 32 ? 4 : 0, shift: low % 32, mask: 2 ** width - 1 },
  ]),
) as Readonly<Record<CookieField, { half: number; shift: number; mask: number }>>;

export type Cookie = { round: number; owner: Owner } & { [Field in 'service' | 'server' | 'serial']?: number };

/** How many different values a cookie field holds. */
export function cookieRange(field: CookieField): number {
  return PLACE[field].mask + 1;
}

export function cookieOf({ round, owner, service = 0, server = 0, serial = 0 }: Cookie): bigint {
  HALVES.setInt32(0, placed('mark', MARK) | placed('round', round) | placed('owner', OWNER[owner]) | placed('service', service));
  HALVES.setInt32(4, placed('server', server) | placed('serial', serial));
  return HALVES.getBigUint64(0);
}

/** What tells the flow of a connection from those of all others in its switch, as a number: its round and its serial. */
export function connectionNumber(cookie: bigint): number {
  return get('round', cookie) * cookieRange('serial') + get('serial', cookie);
}

/** The cookie's fields, or undefined for a flow that is not ours. */
export function readCookie(cookie: bigint): Required<Cookie> | undefined {
  const owner = OWNERS.get(get('owner', cookie));
  if (get('mark', cookie) !== MARK || owner === undefined) return undefined;
  return {
    round: get('round', cookie),
    owner,
    service: get('service', cookie),
    server: get('server', cookie),
    serial: get('serial', cookie),
  };
}

/** The mask that selects flows by the named fields; `mark` is always among them. */
export function cookieMask(...fields: CookieField[]): bigint {
  return ['mark' as const, ...fields].reduce((mask, field) => mask | put(field, cookieRange(field) - 1), 0n);
}

/** Which flows a switch is asked for, by cookie and mask. */
export const COOKIES = {
  /** All that are ours. */
  ours: { cookie: put('mark', MARK), cookieMask: cookieMask() },
  /** Ours, but for those of single connections. */
  desired: { cookie: put('mark', MARK), cookieMask: cookieMask() | put('owner', OWNER.connection) },
  connections: { cookie: put('mark', MARK) | put('owner', OWNER.connection), cookieMask: cookieMask('owner') },
} as const;

/** Group numbers of ours begin with the mark; a meter's number says nothing. */
export function isOurGroup(groupId: number): boolean {
  return groupId >>> 24 === MARK;
}

/** All that are not ours: each differs from us in at least one bit of the mark, so each is in at least one of these. */
export const FOREIGN_COOKIES = Array.from({ length: COOKIE_BITS.mark[1] }, (_, bit) => {
  const one = put('mark', 1 << bit);
  return { cookie: one & ~put('mark', MARK), cookieMask: one };
});

const OWNERS = new Map<number, Owner>(Object.entries(OWNER).map(([name, number]) => [number, name as Owner]));

/** A value at its place within its half of the cookie. */
function placed(field: CookieField, value: number): number {
  const { shift, mask } = PLACE[field];
  return (value & mask) << shift;
}

function put(field: CookieField, value: number): bigint {
  const [low, width] = COOKIE_BITS[field];
  return BigInt.asUintN(width, BigInt(value)) << BigInt(low);
}

function get(field: CookieField, cookie: bigint): number {
  const { half, shift, mask } = PLACE[field];
  HALVES.setBigUint64(0, cookie);
  return (HALVES.getInt32(half) >>> shift) & mask;
}
