import type { BrokerContext } from "./broker_context.ts";
import { contractsOf } from "./market_contracts.ts";
import type { ContractKey } from "./venue_books.ts";
import type { VenueLots } from "./venue_lots.ts";
import type { VenueWatch } from "./venue_watch.ts";

const FIRST_LOOK_MS = 1_000, PAUSE_MS = 3_000, MOST_LOOKS = 3;
/** A difference that stands so long while the venue does not answer halts. */
const UNANSWERED_MS = 60_000;

interface Drift {
  readonly since: number;
  /** Whether it was told that nobody could explain it in time. */
  isUnanswered: boolean;
  lookedAt: number;
  looks: number;
  /** Whether an answer is waited for: questions never queue up behind each other. */
  isAsking: boolean;
  /** What was told of it; null for nothing. */
  told: number | null;
}

/**
 * Holds what executions have made against what the venue says is held. What does not agree is asked
 * for; what still does not is explained by executions without an order, or told.
 */
export class LotsCheck {
  readonly #context: BrokerContext;
  readonly #lots: VenueLots;
  readonly #watch: VenueWatch;
  readonly #onHalt: (reason: string) => void;
  readonly #drifts = new Map<ContractKey, Drift>();

  /** Nothing was compared yet. */
  constructor(
    context: BrokerContext,
    lots: VenueLots,
    watch: VenueWatch,
    onHalt: (reason: string) => void,
  ) {
    this.#context = context;
    this.#lots = lots;
    this.#watch = watch;
    this.#onHalt = onHalt;
  }

  /** Whether what is held differs from what executions have made, and nobody has said yet why. */
  get isOpen(): boolean {
    return this.#drifts.values().some(({ looks }) => looks < MOST_LOOKS);
  }

  /** Compares. @returns whether something is being asked for */
  look(): boolean {
    const { books, clock, markets } = this.#context;
    const now = clock.now();
    let isBusy = false;
    const all = [...markets.values()].flatMap((market) =>
      contractsOf(market).map(({ contractId }) => ({
        contractId,
        symbol: market.instrument.symbol,
      }))
    );
    for (const { contractId, symbol } of all) {
      const said = books.positions.get(contractId), { lots } = this.#lots.of(contractId);
      if (said === undefined || said === lots) {
        this.#drifts.delete(contractId);
        continue;
      }
      const drift = this.#drifts.get(contractId) ??
        { since: now, isUnanswered: false, lookedAt: now, looks: 0, isAsking: false, told: null };
      this.#drifts.set(contractId, drift);
      if (drift.looks >= MOST_LOOKS) {
        if (drift.told === said - lots || this.#lots.explain(contractId, said - lots)) continue;
        drift.told = said - lots;
        this.#onHalt(
          `the venue holds ${said} lots of ${symbol}, executions explain ${lots}`,
        );
        continue;
      }
      isBusy = true;
      if (!drift.isUnanswered && now - drift.since >= UNANSWERED_MS) {
        drift.isUnanswered = true;
        const span = `${UNANSWERED_MS / 1_000} s`;
        this.#onHalt(`lots of ${symbol} have not agreed for ${span} without an answer`);
      }
      if (drift.isAsking) continue;
      if (now - drift.lookedAt < (drift.looks === 0 ? FIRST_LOOK_MS : PAUSE_MS)) continue;
      drift.isAsking = true;
      void this.#watch.everything("watch").then((missing) => {
        [drift.isAsking, drift.lookedAt] = [false, clock.now()];
        if (missing === "") drift.looks++;
      });
    }
    return isBusy;
  }
}
