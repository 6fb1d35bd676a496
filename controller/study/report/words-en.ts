import type { Measure } from '../figures.ts';
import type { ServerGroup } from '../scenario.ts';

/** The texts of a report in one language. */
export type Words = typeof english;

export const english = {
  language: 'en' as 'en' | 'fr',
  /** With its spaces. */
  colon: ': ',
  title: 'Load balancing strategies, compared',
  lead: (strategies: number, scenarios: number, seeds: number) =>
    `${strategies} strategies in ${scenarios} ${scenarios === 1 ? 'scenario' : 'scenarios'}, each run ${seeds} ${seeds === 1 ? 'time' : 'times'}, on a simulated OpenFlow network with the same controller that runs on real networks.`,
  contents: 'Contents',
  overview: 'The results at a glance',
  overviewAbout: 'Mean response time of each strategy, as a multiple of the fastest strategy in the same scenario.',
  overviewCaption:
    'Green: the fastest strategy, and every strategy that is not significantly slower. Plus sign: requests were lost; each counts as the timeout of the client.',
  method: 'Method',
  methodAbout: [
    'The whole controller runs as it does in production: it receives the first packet of each connection from an OpenFlow 1.3 switch, the strategy chooses a server, and the controller installs the flows of the connection in the switch. The switch, the links, the hosts with their TCP and the web servers are simulated in the same process under a virtual clock. Simulated time therefore costs nothing, and the same seed gives the same run.',
    'Each web server has a first-in, first-out queue and a number of workers, each of which serves one request at a time. The clients are an open system: they arrive whether or not the servers keep up. The load is the arriving work divided by the capacity of all servers at the start.',
    'Every strategy gets the same clients at the same times (common random numbers). The warm-up at the start of each run is not measured. Each figure is the mean over the seeds; ± is half of its 95 % confidence interval (Student’s t).',
    'A strategy counts as worse than the best if a paired t test over the seeds is significant at 5 % for all strategies of the scenario together (Holm). Times are compared by their logarithms. A strategy that does not count as worse can still be worse: few seeds reveal only large differences.',
  ],
  measuresTitle: 'What is measured',
  measures: {
    meanMs: {
      short: 'mean, ms',
      about:
        'response time, from the first SYN of the client (on an open connection: from the request) to the last byte; a lost request counts as the timeout of the client',
    },
    p50Ms: { short: 'p50, ms', about: 'half of the requests took at most this long' },
    p95Ms: { short: 'p95, ms', about: '95 of 100 requests took at most this long' },
    p99Ms: { short: 'p99, ms', about: '99 of 100 requests took at most this long' },
    perSecond: { short: 'answers/s', about: 'throughput' },
    imbalance: {
      short: 'imbalance',
      about:
        'coefficient of variation, over the servers, of the answered requests divided by the capacity of the server; 0 is even',
    },
    unevenness: { short: 'unevenness of living', about: 'the same for living connections, averaged over time' },
    lost: { short: 'lost', about: 'requests that got no answer within the timeout of the client, or an error' },
    late: { short: 'late', about: 'answers that took longer than a second' },
    moved: {
      short: 'moved',
      about: 'after a change of the pool: the share of the clients that got another server although theirs was available',
    },
  } satisfies Record<Measure, { short: string; about: string }>,
  scenario: 'scenario',
  strategy: 'strategy',
  poolSize: (servers: number) => `${servers} servers`,
  scenarioFacts: ({ clients, seconds, warmUpSeconds, perSecond, requests, service }: Record<FactName, string>) =>
    `${clients} client addresses; ${perSecond} connections per second${requests}; service time ${service}; ${seconds} s, the first ${warmUpSeconds} s of which are not measured.`,
  requests: (mean: string) => ` (${mean} requests each on average)`,
  servers: (groups: string) => `Servers: ${groups}.`,
  group: ({ count, speed, weight, workers }: ServerGroup) => `${count} × (speed ${speed}, weight ${weight}, workers ${workers})`,
  spanTitle: 'Response times',
  spanCaption:
    'Logarithmic axis. Thin line: from the median to the 99th percentile, with ticks at the 50th, 95th and 99th. Dot: the mean, with its confidence interval; green if it is not significantly worse than the best.',
  tableCaption:
    'Means over the seeds, ± half of the 95 % confidence interval. Green: the best by this measure, and those not significantly worse.',
  troubleTitle: 'Requests lost (red) and late (orange)',
  troubleCaption: 'Mean number per run.',
  troubleText: (lost: string, late: string) => `${lost} lost, ${late} late`,
  timeTitle: 'Response time during the run',
  timeCaption: (hasMarks: boolean) =>
    `Mean of the requests that began in each part of the run, over all seeds; logarithmic axis in ms.${hasMarks ? ' Dashed: an event at a server.' : ''}`,
  livingTitle: 'Living connections of each server',
  livingCaption: 'Seed 1: open connections during the run, one line per server.',
  growth: 'Growth with the number of servers',
  growthAbout: 'The same load on each server, in pools of different sizes.',
  growthTimes: 'p95 of the response time, ms',
  growthCost: 'cost of a decision, µs',
  cost: 'Cost of a decision',
  costAbout:
    'Microseconds of processor time in the strategy per connection, updates between picks included: the fastest seed, averaged over the scenarios. This figure depends on the machine and varies; everything else in this report is reproducible.',
  mininet: 'On real Open vSwitch',
  mininetAbout:
    'The same scenarios with the same controller on Mininet: real Open vSwitch, the TCP of Linux, and web servers as processes with the drawn service times. Response times there include the cost of opening connections on a busy system: compare the order of the strategies and the shares, not the milliseconds.',
  embedded: 'simulated',
  real: 'Mininet',
  limits: 'Limits of this study',
  limitsAbout: [
    'The simulated switch has no delay, and links have neither loss nor a bandwidth limit: the study compares the choice of servers, not the network.',
    'A lost request counts as the timeout of its client, which is an arbitrary choice: with a longer timeout it would count more. If many requests are lost, look at their number first.',
    'The switch can observe the response time from SYN to SYN-ACK only, and the operating system of the server sends the SYN-ACK, not its program. Strategies that use response times learn about the program from probes only, and only if these are HTTP.',
  ],
  repeat: 'How to repeat this study',
  repeatAbout: (version: string) => `vipflow ${version}; the same version, command and seeds give the same figures:`,
  seeds: 'Seeds',
  sources: 'Sources',
};

type FactName = 'clients' | 'seconds' | 'warmUpSeconds' | 'perSecond' | 'requests' | 'service';
