import { FAULT_KINDS, type FaultKind } from '../../controller/simulation/settings.ts';

/** The faults that there were at the time of a seed: with another kind among them it draws another world. */
const SECOND: readonly FaultKind[] = FAULT_KINDS.filter(kind => !['foreign-change', 'impostor', 'defect'].includes(kind));
const FIRST: readonly FaultKind[] = SECOND.filter(kind => kind !== 'reload');

/** Seeds that found a bug in the controller, with the faults they were run with; `docs/simulation.md` has the causes. */
export const bugs = [
  { seed: '12', what: 'a full table left connections that never ended' },
  { seed: '37', what: 'a full table left connections that never ended, with a client that comes again' },
  { seed: '19', what: "a connection found with the client's flow alone showed the server's address for as long as it lived" },
  { seed: '35', what: 'the direction of a server that was silent was put back 2.5 s late' },
  { seed: '86', what: 'after a restart a SYN that came again was taken for a new connection' },
  { seed: '261', what: 'a SYN that came again went on to a server that had gone down' },
  { seed: '281', what: 'a SYN that came again went on to a server that had gone down, for longer than its flows lasted' },
  { seed: '20048', what: 'a connection whose port was taken anew came back with its flows when the switch reconnected' },
  { seed: '20082', what: 'the same, with its flows left in the switch' },
  { seed: '40059', what: 'a SYN sent again crossed its answer on a slow channel, and moved a living connection' },
  { seed: '415', what: 'a switch that came back flooded before it knew the VIPs' },
  { seed: '301356', what: 'a flow that was asked to go was believed to be there' },
  { seed: '304958', what: 'a connection that had been cut was put back over the next one of its port' },
  { seed: '501028', what: 'a server that answered was kept out though no other was left' },
  { seed: '601742', what: 'the same, for longer' },
]
  .map(bug => ({ ...bug, faults: FIRST }))
  .concat([
    { seed: '800233', what: 'a packet was on its way to a server whose connection had been cut', faults: SECOND },
    { seed: '7', what: 'a frame with the MAC address of a server taught a third switch a wrong way to it', faults: ['impostor'] },
    { seed: '1', what: 'a probe that a defect left half made threw for ever', faults: ['defect'] },
    {
      seed: '46',
      what: 'a flow that was deleted again and again was given up, though it had been found restored',
      faults: ['foreign-change'],
    },
    { seed: '100315', what: 'the next connection of a closed port stayed with a server that had left', faults: FAULT_KINDS },
    { seed: '100460', what: 'the same, with another server', faults: FAULT_KINDS },
    {
      seed: '101031',
      what: 'a SYN sent again was taken for another connection, after a crash between its two flows',
      faults: FAULT_KINDS,
    },
  ]);
