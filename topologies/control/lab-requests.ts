import type { ControlledLab } from './controlled-lab.ts';
import { RequestError } from './lab-request.ts';
import type { RequestHandler } from './lab-socket.ts';
import type { LabState } from './lab-state.ts';

/** What a lab does not know of itself. */
export type LabSurroundings = Pick<LabState, 'controller' | 'log' | 'since' | 'pid'> & {
  /** Asks the process that holds the lab to end it. */
  readonly end: () => void;
  /** What it is called among the labs that run. */
  readonly name: () => string;
};

/** Answers the requests of other terminals about a lab, the same for every realisation. */
export function labRequests(lab: ControlledLab, { end, name, ...around }: LabSurroundings): RequestHandler {
  return async (request, reply, gone) => {
    switch (request.do) {
      case 'state':
        return { ...stateOf(lab), name: name(), ...around, ...(await lab.parts()) };
      case 'exec': {
        assertNode(lab, request.node);
        const output = { out: (out: string) => reply({ out }), err: (err: string) => reply({ err }), cancelled: gone };
        return lab.exec(request.node, request.argv, output);
      }
      case 'link': {
        const [one, other] = request.ends;
        assertLink(lab, one, other);
        return lab.link(one, other, request.state);
      }
      case 'down':
        return end();
    }
  };
}

function stateOf({ spec, on }: ControlledLab): Pick<LabState, 'v' | 'topology' | 'on' | 'services'> {
  const services = spec.services.map(({ name, protocol, vip, port }) => ({ name, protocol, vip, port }));
  return { v: 1, topology: spec.name, on, services };
}

function assertNode({ spec }: ControlledLab, node: string): void {
  const names = [...spec.hosts, ...spec.switches].map(({ name }) => name);
  if (!names.includes(node)) throw new RequestError(`There is no ${node} in this lab: there are ${names.join(', ')}.`);
}

function assertLink({ spec }: ControlledLab, one: string, other: string): void {
  if (spec.links.some(ends => ends.includes(one) && ends.includes(other) && one !== other)) return;
  const names = spec.links.map(ends => ends.join(' '));
  throw new RequestError(`There is no link between ${one} and ${other} in this lab: there are ${names.join(', ')}.`);
}
