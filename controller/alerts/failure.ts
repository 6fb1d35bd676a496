/**
 * How a delivery failed. `temporary`: it may work soon. `permanent`: not before somebody changes something (a wrong password), so
 * it is tried seldom. `rejected`: this message will never be taken, others may.
 */
export type FailureKind = 'temporary' | 'permanent' | 'rejected';

/** A message could not be delivered. Neither text holds a secret: `message` says why, `remedy` what to do. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly kind: FailureKind;
  readonly remedy: string;
  /** When the gateway asks to be left alone for a time. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: FailureKind, reason: string, remedy: string, retryAfterMs?: number) {
    super(reason);
    this.kind = kind;
    this.remedy = remedy;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What is wrong with a connection that failed, by the system's code. */
export function connectionFailure(code: string | undefined, where: string): DeliveryError {
  switch (code) {
    case 'ECONNREFUSED':
      return new DeliveryError('temporary', `${where} refuses connections`, 'see that it runs there, and check host and port');
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EDNS':
      return new DeliveryError('temporary', `the name of ${where} is not known`, 'check the name, and the DNS of this machine');
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new DeliveryError('temporary', `there is no way to ${where}`, 'check the network of this machine');
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return new DeliveryError('temporary', `${where} does not answer`, 'see that it runs, and that no firewall is in between');
    default:
      if (code !== undefined && CERTIFICATE.test(code))
        return new DeliveryError(
          'permanent',
          `the certificate of ${where} is not trusted (${code})`,
          'check the name of the host, and name its CA: `ca` of an e-mail channel, NODE_EXTRA_CA_CERTS for the others',
        );
      return new DeliveryError(
        'temporary',
        `the connection to ${where} failed (${code ?? 'no reason given'})`,
        'see its own log',
      );
  }
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS_|^ERR_SSL_/;
