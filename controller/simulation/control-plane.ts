import type { MessageInput } from '../../openflow/index.ts';
import type { Scheduler } from '../../topologies/embedded/clock.ts';
import type { Random } from '../../topologies/embedded/random.ts';
import type { Channel } from '../../topologies/embedded/switch/embedded-switch.ts';
import { type ControlDelay, ControlLink } from './control-link.ts';
import type { Range } from './settings.ts';
import type { SimulatedController } from './simulated-controller.ts';
import type { SimulatedSwitch } from './simulated-switch.ts';

/** A switch tries again after this long, drawn anew each time. */
const RETRY_MS: Range = [100, 1000];

/** A message was carried out by a switch, or is about to be sent by one. */
export type OnMessage = (at: SimulatedSwitch, message: MessageInput, toController: boolean) => void;

interface Place {
  readonly at: SimulatedSwitch;
  readonly random: Random;
  delay: ControlDelay;
  link: ControlLink | undefined;
}

/** The channels between the switches and the controller: they are dialled again whenever they are gone. */
export class ControlPlane {
  readonly #clock: Scheduler;
  readonly #controller: SimulatedController;
  readonly #onMessage: OnMessage;
  readonly #places: ReadonlyMap<SimulatedSwitch, Place>;
  #dialled = 0;

  constructor(
    clock: Scheduler,
    random: Random,
    controller: SimulatedController,
    switches: Iterable<SimulatedSwitch>,
    delay: ControlDelay,
    onMessage: OnMessage,
  ) {
    this.#clock = clock;
    this.#controller = controller;
    this.#onMessage = onMessage;
    this.#places = new Map(
      [...switches].map(at => [at, { at, random: random.fork(`control ${at.name}`), delay, link: undefined }]),
    );
  }

  start(): void {
    for (const place of this.#places.values()) this.#dial(place);
  }

  /** The channel of a switch breaks; the switch goes on with its flows and connects again. */
  reconnect(at: SimulatedSwitch, afterMs: number): void {
    const place = this.#places.get(at)!;
    place.link?.drop('the connection was reset');
    this.#later(place, afterMs);
  }

  /** A switch loses its power for a while. */
  restart(at: SimulatedSwitch, forMs: number): void {
    const place = this.#places.get(at)!;
    at.powerOff();
    place.link?.drop('the switch was switched off');
    this.#clock.after(forMs, () => {
      at.powerOn();
      this.#later(place);
    });
  }

  setDelay(at: SimulatedSwitch, delay: ControlDelay): void {
    const place = this.#places.get(at)!;
    place.delay = delay;
    if (place.link !== undefined) place.link.delay = delay;
  }

  #later(place: Place, ms = place.random.uniform(...RETRY_MS)): void {
    this.#clock.after(ms, () => this.#dial(place));
  }

  #dial(place: Place): void {
    const { at, random } = place;
    if (place.link !== undefined || !at.powered) return;
    if (!this.#controller.running) {
      this.#later(place);
      return;
    }
    this.#dialled += 1;
    let channel: Channel | undefined;
    const link: ControlLink = new ControlLink(this.#clock, random, place.delay, `${at.name}:${this.#dialled}`, {
      toSwitch: message => {
        channel?.send(message);
        this.#onMessage(at, message, false);
      },
      toController: message => this.#controller.receive(link, message),
      switchLost: () => {
        channel?.close();
        channel = undefined;
        if (place.link === link) place.link = undefined;
        this.#later(place);
      },
      controllerLost: reason => this.#controller.lost(link, reason),
    });
    place.link = link;
    channel = at.connect(message => {
      this.#onMessage(at, message, true);
      link.sendUp(message);
    });
    this.#controller.accept(link);
  }
}
