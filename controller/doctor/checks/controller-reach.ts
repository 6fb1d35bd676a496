import type { Check } from '../finding.ts';

/** No controller answers, another program answers, or the controller requires a token. */
export const controllerReach: Check = ({ controller: { url, reach }, way: { self } }) => {
  const about = ['controller'];
  switch (reach) {
    case 'vipflow':
      return [];
    case 'none':
      return [
        {
          about,
          what: `No controller answers at ${url}.`,
          why: 'Existing connections continue; new connections to a VIP get no answer.',
          fix: [`${self} run -c vipflow.yaml`],
        },
      ];
    case 'other':
      return [
        {
          about,
          what: `The server at ${url} is not a vipflow controller: another program uses its port.`,
          why: 'The controller cannot start with listen.http on that port.',
          fix: [`ss -ltnp 'sport = :${new URL(url).port || 80}'`, `${self} doctor --url http://127.0.0.1:PORT`],
        },
      ];
    case 'refused':
      return [
        {
          about,
          what: `The controller at ${url} requires a token.`,
          why: 'Without a token the doctor checks the switch only, not servers, VIPs and clock.',
          fix: [`VIPFLOW_TOKEN=TOKEN ${self} doctor`],
        },
      ];
  }
};
