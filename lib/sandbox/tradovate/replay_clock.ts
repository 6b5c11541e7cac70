import type { TimerClock } from "../../core/mod.ts";

interface Alarm {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock over another whose speed can be changed, and which can stand still. */
export class ReplayClock implements TimerClock {
  readonly #outer: TimerClock;
  #speed: number;
  /** Moments of both clocks that belong together. */
  #base: { readonly inner: number; readonly outer: number };
  #alarms: Alarm[] = [];
  #stop: () => void = () => {};

  /** @param speed how many times as fast as the other clock; 0 stands still */
  constructor(outer: TimerClock, start: number, speed: number) {
    this.#outer = outer;
    this.#speed = speed;
    this.#base = { inner: start, outer: outer.now() };
  }

  /** Epoch milliseconds. */
  now(): number {
    const { inner, outer } = this.#base;
    return Math.floor(inner + (this.#outer.now() - outer) * this.#speed);
  }

  /** Calls back once, when so much of its own time has passed. */
  after(delayMs: number, callback: () => void): () => void {
    const alarm = { at: this.now() + Math.max(0, delayMs), callback };
    this.#alarms.push(alarm);
    this.#wait();
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** Goes on at another speed. */
  changeSpeed(speed: number): void {
    this.#base = { inner: this.now(), outer: this.#outer.now() };
    this.#speed = speed;
    this.#wait();
  }

  /** Calls nobody back any more. */
  end(): void {
    this.#alarms = [];
    this.#stop();
  }

  #wait(): void {
    this.#stop();
    if (this.#alarms.length === 0 || this.#speed === 0) return;
    const next = this.#alarms.reduce((first, each) => each.at < first.at ? each : first);
    const wait = Math.max(0, Math.ceil((next.at - this.now()) / this.#speed));
    this.#stop = this.#outer.after(wait, () => {
      if (this.now() >= next.at) {
        this.#alarms = this.#alarms.filter((other) => other !== next);
        next.callback();
      }
      this.#wait();
    });
  }
}
