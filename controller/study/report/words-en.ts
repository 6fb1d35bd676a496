import type { Words } from './words.ts';

export const english: Words = {
  colon: ': ',
  title: 'Load balancing strategies, compared',
  lead: (strategies, scenarios, seeds) =>
    `${strategies} strategies in ${scenarios} ${scenarios === 1 ? 'scenario' : 'scenarios'}, each run ${seeds} ${seeds === 1 ? 'time' : 'times'}, on a simulated OpenFlow network with the controller that also runs on a real one.`,
  contents: 'Contents',
  overview: 'The results at a glance',
  overviewAbout: 'Mean response time of each strategy, as a multiple of the fastest in the same scenario.',
  overviewCaption:
    'Green: the fastest, and every strategy that no test tells from it. A plus sign: requests were lost; each counts with the client’s patience.',
  method: 'Method',
  methodAbout: [
    'The whole controller runs as it does in production: it gets the first packet of each connection from an OpenFlow 1.3 switch, chooses a server by the strategy, and writes the flows of the connection into the switch. Switch, links, hosts with their TCP, and web servers are simulated in the same process under a virtual clock, so that time costs nothing and the same seed gives the same run.',
    'Each web server has a queue, first in, first out, and some workers that each serve one request at a time. Clients are an open system: they come whether or not the servers keep up. The load is the work that arrives, divided by what all servers of the beginning can do.',
    'Each strategy meets the same clients at the same moments (common random numbers). The beginning of each run is not measured. A figure is the mean over the seeds, and ± is half of its 95 % confidence interval by Student’s t.',
    'A strategy counts as worse than the best when the differences in pairs, seed by seed, hold at 5 % in a t test, for all strategies of the scenario together (Holm). Times are compared by their logarithms. What is not worse may still be: few seeds see large differences only.',
  ],
  measuresTitle: 'What is measured',
  measures: {
    meanMs: {
      short: 'mean, ms',
      about:
        'response time, from the client’s first SYN (on a connection that stands: from the request) to the last byte; a lost request counts with the client’s patience',
    },
    p50Ms: { short: 'p50, ms', about: 'half of the requests took at most so long' },
    p95Ms: { short: 'p95, ms', about: '95 of 100 requests took at most so long' },
    p99Ms: { short: 'p99, ms', about: '99 of 100 requests took at most so long' },
    perSecond: { short: 'answers/s', about: 'throughput' },
    imbalance: {
      short: 'imbalance',
      about: 'coefficient of variation, over the servers, of the requests they answered, each divided by its capacity: 0 is even',
    },
    unevenness: { short: 'unevenness of living', about: 'the same of the living connections, averaged over time' },
    lost: { short: 'lost', about: 'requests that got no answer within the client’s patience, or an error' },
    late: { short: 'late', about: 'answers that took longer than a second' },
    moved: {
      short: 'moved',
      about: 'after a change of the pool: the part of the clients that got another server although theirs was there',
    },
  },
  scenario: 'scenario',
  strategy: 'strategy',
  servers: 'servers',
  scenarioFacts: ({ clients, seconds, warmUpSeconds, perSecond, requests, service }) =>
    `${clients} client addresses; ${perSecond} connections a second${requests}; service time ${service}; ${seconds} s, of which the first ${warmUpSeconds} s are not measured.`,
  speeds: text => `Servers: ${text}.`,
  spanTitle: 'Response times',
  spanCaption:
    'Logarithmic axis. Thin line: from the median to the 99th percentile, with a stroke at the 50th, 95th and 99th. Dot: the mean, with its interval; green where no test tells it from the best.',
  tableCaption:
    'Means over the seeds, ± half of the 95 % interval. Green: the best by this measure, and what no test tells from it.',
  troubleTitle: 'Requests lost (red) and late (orange)',
  troubleCaption: 'Mean number of a run.',
  troubleText: (lost, late) => `${lost} lost, ${late} late`,
  timeTitle: 'Response time over the time of the run',
  timeCaption: hasMarks =>
    `Mean of the requests that began in each part of the run, over all seeds; logarithmic axis in ms.${hasMarks ? ' Dashed: something happens to a server.' : ''}`,
  livingTitle: 'Living connections of each server',
  livingCaption: 'Seed 1: open connections at each server over the time of the run, a line for each server.',
  growth: 'Growth with the number of servers',
  growthAbout: 'The same load on each server, pools of different sizes.',
  growthTimes: 'p95 of the response time, ms',
  growthCost: 'cost of a decision, µs',
  cost: 'Cost of a decision',
  costAbout:
    'Microseconds of processor time in the strategy for each connection, its updates between picks included; the fastest of the seeds, mean over the scenarios. It depends on the machine and is not the same twice; everything else in this report is.',
  mininet: 'On real Open vSwitch',
  mininetAbout:
    'The same scenarios with the same controller on Mininet: real Open vSwitch, the TCP of Linux, web servers as processes that take as long as drawn. Response times there include starting connections in a busy system; compare the order of the strategies and the shares rather than milliseconds.',
  embedded: 'simulated',
  real: 'Mininet',
  limits: 'What this does not show',
  limitsAbout: [
    'The simulated switch takes no time of its own, and links have neither loss nor a rate: what is compared is the choice of servers, not the network.',
    'A lost request counts as long as its client would have waited, which is a choice: with more patience it would count more. Where many are lost, look at their number first.',
    'The response time that the switch can see is from SYN to SYN-ACK, which the server’s system answers, not its program. Strategies that use it learn about the program by the probes, where they are HTTP.',
  ],
  repeat: 'To repeat it',
  repeatAbout: version => `vipflow ${version}; the same version, command and seeds give the same figures:`,
  seeds: 'Seeds',
  sources: 'Sources',
};
