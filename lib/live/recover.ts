import { canonicalJson, CorruptArtifactError, InputError, type JsonValue } from "../core/mod.ts";
import { Engine } from "../engine/mod.ts";
import {
  type BrokerReport,
  type Command,
  type EngineEvent,
  isSameDeployment,
  type JournaledDeployment,
  type KeptEntry,
} from "../trading/mod.ts";
import { HeardExecutions } from "./heard_executions.ts";
import { SessionRules } from "./session_rules.ts";
import type { BegunSession } from "./begun_session.ts";
import { journaledControl } from "./journaled_control.ts";
import type { SessionOptions, SessionSlot } from "./session_options.ts";
import { SlotRunner } from "./session_slot.ts";
import type { SavedSession } from "./saved_session.ts";

/**
 * Makes a session again from its journal: the state that was kept last, and every entry after it,
 * told to engine and deciders in the order in which they heard of it first. What they said then they
 * have to say again.
 *
 * @param known the state that was kept last
 * @throws {InputError} when the session is of other instruments, or a system decides otherwise now
 * @throws {CorruptArtifactError} when the state is none
 */
export async function recover(
  options: SessionOptions,
  known: KeptEntry & { readonly kind: "state" },
): Promise<BegunSession> {
  const { initialCashUsd, journal } = options;
  const state = known.state as unknown as SavedSession;
  if (!Array.isArray(state?.deciders)) {
    throw new CorruptArtifactError(`Cannot go on from entry ${known.sequence}: it keeps no state`);
  }
  if (state.deciders.length !== options.slots.length) {
    throw new InputError(
      `Cannot go on with ${options.slots.length} systems as the session was begun with ` +
        `${state.deciders.length}`,
      { remedy: "give the same systems in the same order, or begin a session of another name" },
    );
  }
  const slots: SessionSlot[] = [];
  for (const index of options.slots.keys()) {
    slots.push(await slotInForce(options, index, state.deployments?.[index], known.sessionTime));
  }
  const engine = new Engine({ initialCashUsd, slots }, state.engine);
  const runners: SlotRunner[] = [];
  for (const [index, slot] of slots.entries()) {
    const decider = await slot.start(state.deciders[index]!);
    const runner = new SlotRunner(slot, engine.slot(index), decider);
    const newest = state.newest[index]!;
    if (newest !== null) runner.goOnAfter(newest, state.warmedUp?.[index] ?? slot.warmupBars);
    runners.push(runner);
  }
  const rules = new SessionRules(options, engine, runners, state.rules ?? null);
  const replay = new Replay(engine, runners, rules);
  const heard = new HeardExecutions();
  for await (const entry of journal.entries()) {
    if (heard.isNews(entry) && entry.sequence > known.sequence) await replay.take(entry);
  }
  await replay.finish();
  return { engine, runners, rules, heard, unsent: replay.unsent };
}

/**
 * A slot as it was traded when its state was kept. What it is to be traded by now is taken up like
 * any other deployment, at a bar.
 */
async function slotInForce(
  { deployments, slots }: SessionOptions,
  index: number,
  traded: JournaledDeployment | undefined,
  at: number | null,
): Promise<SessionSlot> {
  const slot = slots[index]!;
  if (traded === undefined || isSameDeployment(traded, slot.deployment)) return slot;
  if (deployments !== undefined) {
    const opened = await deployments.open(index, traded, at ?? slot.from);
    // Whatever comes behind the state is traded.
    return { ...opened, from: -Infinity };
  }
  throw new InputError(
    `Cannot go on with ${slot.deployment.system} as the session was traded by ${traded.system}`,
    { remedy: `give ${traded.system}, or begin a session of another name` },
  );
}

/** Tells an engine and its deciders again what they have heard before. */
class Replay {
  readonly #engine: Engine;
  readonly #runners: readonly SlotRunner[];
  readonly #rules: SessionRules;
  /** Commands that the engine wanted, until the journal says that they were sent. */
  #wanted: Command[] = [];
  /** Slots whose newest bar has not been decided on. */
  readonly #undecided = new Set<number>();

  constructor(engine: Engine, runners: readonly SlotRunner[], rules: SessionRules) {
    this.#engine = engine;
    this.#runners = runners;
    this.#rules = rules;
  }

  /** What was wanted and never sent. */
  get unsent(): BegunSession["unsent"] {
    return this.#wanted.map((command) => ({
      slot: command.slot,
      kind: command.kind,
      orderId: idOf(command),
    }));
  }

  async take(entry: KeptEntry): Promise<void> {
    switch (entry.kind) {
      case "bar": {
        const { bar, endsSession, slot, tradeDay } = entry;
        const runner = this.#runners[slot]!;
        runner.decider.take(bar);
        const marked = runner.take(bar);
        runner.missedClose(marked);
        this.#undecided.add(slot);
        const { bars, row } = marked;
        return this.#tell({ kind: "bar", slot, bars, row, tradeDay, endsSession });
      }
      case "clock":
        this.#rules.look(entry.time);
        return this.#tell(entry);
      case "mark":
      case "close":
      case "permit":
      case "withdraw":
      case "halt":
      case "resume":
      case "executions":
        return this.#tell(entry);
      case "forecast": {
        const { forecast, slot } = entry;
        const runner = this.#runners[slot]!;
        this.#undecided.delete(slot);
        const again = await runner.decider.decide(entry.held ?? runner.held(true));
        requireSame(entry, again.forecast as unknown as JsonValue);
        return this.#tell({ kind: "forecast", slot, forecast });
      }
      case "no-forecast": {
        const runner = this.#runners[entry.slot]!;
        this.#undecided.delete(entry.slot);
        await runner.decider.decide(entry.held ?? runner.held(false));
        return;
      }
      case "user-command":
        return this.#rules.obey(journaledControl(entry));
      case "submit":
        this.#rules.order(entry.sessionTime);
        return this.#sent(entry);
      case "modify":
      case "cancel":
        return this.#sent(entry);
      case "accepted":
      case "rejected":
      case "filled":
      case "cancelled":
      case "expired":
      case "unknown": {
        if (entry.kind === "filled") this.#rules.fill(entry.slot, entry.fill);
        const { at: _at, note: _note, sequence: _sequence, sessionTime: _time, slot, ...report } =
          entry;
        return this.#tell({ kind: "report", slot, report: report as BrokerReport });
      }
      default:
        // Says why something was done, not what is held.
    }
  }

  /** What was cut off before it decided decides no more: its bar is over. */
  async finish(): Promise<void> {
    for (const slot of this.#undecided) {
      const runner = this.#runners[slot]!;
      await runner.decider.decide(runner.held(false));
    }
  }

  #sent(command: Command): void {
    this.#wanted = this.#wanted.filter((wanted) =>
      wanted.kind !== command.kind || idOf(wanted) !== idOf(command)
    );
  }

  #tell(event: EngineEvent): void {
    this.#wanted.push(...this.#engine.take(event));
  }
}

function idOf(command: Command): number {
  return command.kind === "submit" ? command.order.id : command.orderId;
}

/** @throws {InputError} when a forecast that was acted on would be another one now */
function requireSame(
  { forecast, sequence, by }: KeptEntry & { readonly kind: "forecast" },
  again: JsonValue,
): void {
  if (canonicalJson(forecast as unknown as JsonValue) === canonicalJson(again)) return;
  throw new InputError(
    `Cannot go on with ${by} as it decides otherwise now than in entry ${sequence} of the journal`,
    {
      remedy:
        "run the program and the inference engine that the session was begun with, or begin " +
        "a session of another name",
    },
  );
}
