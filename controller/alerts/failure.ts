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

/** The reason of a failed connection, by the system's code. */
export function connectionFailure(code: string | undefined, where: string): DeliveryError {
  switch (code) {
    case 'ECONNREFUSED':
      return new DeliveryError('temporary', `${where} refuses connections`, 'check that it runs there, and check host and port');
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EDNS':
      return new DeliveryError('temporary', `unknown host ${where}`, 'check the name, and the DNS of this machine');
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new DeliveryError('temporary', `no route to ${where}`, 'check the network of this machine');
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return new DeliveryError('temporary', `${where} does not answer`, 'check that it runs, and that no firewall blocks it');
    default:
      if (code !== undefined && CERTIFICATE.test(code))
        return new DeliveryError(
          'permanent',
          `the certificate of ${where} is not trusted (${code})`,
          'check the host name, and configure its CA: `ca` of an e-mail channel, NODE_EXTRA_CA_CERTS for the others',
        );
      return new DeliveryError(
        'temporary',
        `the connection to ${where} failed (${code ?? 'no reason given'})`,
        'see the log of that host',
      );
  }
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS_|^ERR_SSL_/;
