/**
 * How a delivery failed. `temporary`: it may work soon. `permanent`: it needs a change first (a wrong password), so
 * retries are rare. `rejected`: this message is never accepted, others may be.
 */
export type FailureKind = 'temporary' | 'permanent' | 'rejected';

/** A message could not be delivered: `message` is the reason, `remedy` the advice. Neither contains a secret. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly kind: FailureKind;
  readonly remedy: string;
  /** The wait that the gateway asks for. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: FailureKind, reason: string, remedy: string, retryAfterMs?: number) {
    super(reason);
    this.kind = kind;
    this.remedy = remedy;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Failures to connect by the system's codes: the reason, and the advice. */
const FAILURES: readonly [codes: readonly string[], reason: (where: string) => string, remedy: string][] = [
  [['ECONNREFUSED'], where => `${where} refuses connections`, 'check that it runs there, and check host and port'],
  [['ENOTFOUND', 'EAI_AGAIN', 'EDNS'], where => `unknown host ${where}`, 'check the name, and the DNS of this machine'],
  [['EHOSTUNREACH', 'ENETUNREACH'], where => `no route to ${where}`, 'check the network of this machine'],
  [
    ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'],
    where => `${where} does not answer`,
    'check that it runs, and that no firewall blocks it',
  ],
];
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS_|^ERR_SSL_/;

/** The reason of a failed connection, by the system's code. */
export function connectionFailure(code = 'no reason given', where: string): DeliveryError {
  const known = FAILURES.find(([codes]) => codes.includes(code));
  if (known !== undefined) return new DeliveryError('temporary', known[1](where), known[2]);
  if (!CERTIFICATE.test(code))
    return new DeliveryError('temporary', `the connection to ${where} failed (${code})`, 'see the log of that host');
  return new DeliveryError(
    'permanent',
    `the certificate of ${where} is not trusted (${code})`,
    'check the host name, and configure its CA: `ca` of an e-mail channel, NODE_EXTRA_CA_CERTS for the others',
  );
}
