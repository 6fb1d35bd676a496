import type { Check } from '../finding.ts';

/** Nobody, or somebody else, answers where the controller should; or it does not tell us anything. */
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
          why: 'Connections that the switches know go on; new ones to a VIP get no answer.',
          mend: [`${self} run -c vipflow.yaml`],
        },
      ];
    case 'other':
      return [
        {
          about,
          what: `What answers at ${url} is no controller of vipflow: another program has its port.`,
          why: 'The controller cannot start with listen.http there.',
          mend: [`ss -ltnp 'sport = :${new URL(url).port || 80}'`, `${self} doctor --url http://127.0.0.1:PORT`],
        },
      ];
    case 'refused':
      return [
        {
          about,
          what: `The controller at ${url} wants a token.`,
          why: 'Without one the doctor sees the switch alone: servers, VIPs and clock were not looked at.',
          mend: [`VIPFLOW_TOKEN=TOKEN ${self} doctor`],
        },
      ];
  }
};
