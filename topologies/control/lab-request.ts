/** What can be asked of a running lab: one line of JSON on its socket. */
export type LabRequest =
  | { readonly do: 'state' }
  | { readonly do: 'exec'; readonly node: string; readonly argv: readonly string[] }
  | { readonly do: 'link'; readonly ends: readonly [string, string]; readonly state: 'up' | 'down' }
  | { readonly do: 'down' };

/** Lines of JSON that come back: any number with output, then one with the result, or with the reason why there is none. */
export type LabReply =
  | { readonly out: string }
  | { readonly err: string }
  | { readonly done: unknown }
  | { readonly failed: string; readonly usage: boolean };

/** A request that names what is not there: the command line is wrong, not the lab. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}

/** Takes what came over the socket; throws RequestError. */
export function parseRequest(value: unknown): LabRequest {
  const request = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  switch (request.do) {
    case 'state':
    case 'down':
      return { do: request.do };
    case 'exec':
      if (typeof request.node === 'string' && isTexts(request.argv) && request.argv.length > 0)
        return { do: 'exec', node: request.node, argv: request.argv };
      break;
    case 'link': {
      const { ends, state } = request;
      if (isTexts(ends) && ends.length === 2 && (state === 'up' || state === 'down'))
        return { do: 'link', ends: [ends[0]!, ends[1]!], state };
    }
  }
  throw new RequestError('The lab does not understand this request: is it of another version of vipflow?');
}

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(item => typeof item === 'string');
