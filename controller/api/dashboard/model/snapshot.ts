import type {
  AlertView,
  HostView,
  LinkView,
  ServerView,
  ServiceView,
  StatisticsView,
  StatusView,
  StrategyView,
  SwitchView,
} from '../../shapes.ts';

export type Status = StatusView;
export type Service = ServiceView;
export type Server = ServerView;
export type Switch = SwitchView;
export type Capability = keyof NonNullable<SwitchView['capabilities']>;
export type Host = HostView;
export type SwitchLink = LinkView;
export type Alert = AlertView;
export type Statistics = StatisticsView;
export type StrategyOffer = Pick<StrategyView, 'name' | 'summary'>;
export type StrategyChoice = Service['strategy'];
export type ServerState = Server['state'];

/** What the charts show: new connections per second, living connections, milliseconds to an answer, bytes per second. */
export const MEASURES = ['new', 'active', 'response', 'bytes'] as const;
export type Measure = (typeof MEASURES)[number];

/** Everything that the page reads again and again; undefined: not read yet. */
export interface Snapshot {
  readonly status: Status | undefined;
  readonly services: readonly Service[] | undefined;
  readonly strategies: readonly StrategyOffer[];
  readonly switches: readonly Switch[] | undefined;
  readonly hosts: readonly Host[];
  readonly links: readonly SwitchLink[];
  readonly alerts: readonly Alert[];
}

export const NOTHING: Snapshot = {
  status: undefined,
  services: undefined,
  strategies: [],
  switches: undefined,
  hosts: [],
  links: [],
  alerts: [],
};
