import type { FeatureValue } from '../../../../core/codec/layout.ts';
import { applyWithUses, type SharedValue } from '../../../../core/windows/changed-uses.ts';
import { countsOf, othersFound, usersQuestions } from '../../../../core/windows/count-network.ts';
import { decodeState, encodeState, timesOfState } from '../../../../core/windows/encode-state.ts';
import { NO_OTHERS, type NetworkCounts } from '../../../../core/windows/network.ts';
import type { PlannedNetwork, WindowPlan } from '../../../../core/windows/plan.ts';
import { WindowState } from '../../../../core/windows/state.ts';
import type { WindowEntry, WindowQuestion } from '../../domain/online-store.ts';
import { MemoryUses } from './memory-uses.ts';

/** An entity's windows, or who used a value, as a snapshot keeps them. */
export interface StoredWindow {
  readonly view: string;
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** As they came from a snapshot, until somebody asks. */
type Held = { readonly state: WindowState; readonly plan: WindowPlan } | { readonly bytes: Uint8Array };

interface HeldView {
  readonly entities: Map<string, Held>;
  readonly uses: MemoryUses;
  /** The newest event that the view has ever heard of. */
  newestMs: number;
}

const timesOf = (held: Held): { readonly newestMs: number; readonly horizonMs: number } =>
  'bytes' in held ? timesOfState(held.bytes) : { newestMs: held.state.newestMs, horizonMs: held.plan.horizonMs };

/** The windows of entities in this process's memory. */
export class MemoryWindows {
  readonly #views = new Map<string, HeldView>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  load(windows: Iterable<StoredWindow>, uses: Iterable<StoredWindow>): void {
    for (const { view, key, bytes } of uses) this.#viewOf(view).uses.load(key, bytes);
    for (const { view, key, bytes } of windows) {
      const held = this.#viewOf(view);
      held.entities.set(key, { bytes });
      held.newestMs = Math.max(held.newestMs, timesOfState(bytes).newestMs);
    }
  }

  /** Before each entry `pass` may let others have their turn. */
  async apply(entries: readonly WindowEntry[], pass: () => Promise<void>): Promise<number> {
    let applied = 0;
    for (const { view, key, plan, event, side } of entries) {
      await pass();
      const held = this.#viewOf(view);
      held.newestMs = Math.max(held.newestMs, event.eventMs);
      const state = stateOf(held, key, plan) ?? new WindowState(plan);
      if (!held.entities.has(key)) held.entities.set(key, { state, plan });
      const noteUse = (shared: SharedValue): void => held.uses.note(key, shared, state, plan.horizonMs);
      if (applyWithUses(state, plan, { event, side }, noteUse)) applied++;
    }
    return applied;
  }

  read(questions: readonly WindowQuestion[]): (readonly FeatureValue[] | null)[] {
    return questions.map(({ view, key, plan, atMs }) => {
      const held = this.#views.get(view);
      const state = held && stateOf(held, key, plan);
      if (state) return state.read(atMs);
      // Entities that were let go of had nothing in their windows since; nothing is known of what lies before.
      if (held && atMs < this.#timeOf(held) - plan.horizonMs) return null;
      return new WindowState(plan).read(atMs);
    });
  }

  readNetworks(questions: readonly WindowQuestion[]): (readonly NetworkCounts[] | null)[] {
    return questions.map(({ view, key, plan, atMs }) => {
      const held = this.#views.get(view);
      // Others may have been let go of.
      if (held && atMs < this.#timeOf(held) - plan.horizonMs) return null;
      const own = held && stateOf(held, key, plan);
      if (!own) return plan.networks.map(() => NO_OTHERS);
      if (atMs < own.newestMs) return null;
      const counts = plan.networks.map((network) => countIn(held, { network, key, plan, atMs }, own));
      const known = counts.filter((one) => one !== null);
      return known.length === counts.length ? known : null;
    });
  }

  drop(view: string): void {
    this.#views.delete(view);
  }

  /** Lets go of entities whose windows have been empty for as long again. After each `pass` may let others have their turn. */
  async evict(pass: () => Promise<void>): Promise<number> {
    let evicted = 0;
    for (const view of this.#views.values()) {
      const timeMs = this.#timeOf(view);
      for (const [key, held] of view.entities) {
        const { newestMs, horizonMs } = timesOf(held);
        if (newestMs + 2 * horizonMs < timeMs) {
          view.entities.delete(key);
          evicted++;
        }
        await pass();
      }
      view.uses.forget(timeMs);
    }
    return evicted;
  }

  get size(): number {
    return [...this.#views.values()].reduce((sum, { entities }) => sum + entities.size, 0);
  }

  *stored(): Iterable<StoredWindow> {
    for (const [view, { entities }] of this.#views) {
      for (const [key, held] of entities) {
        yield { view, key, bytes: 'bytes' in held ? held.bytes : encodeState(held.state, held.plan) };
      }
    }
  }

  /** Who used each shared value. They are asked for after the entities, so that they know of all that those have heard of. */
  *storedUses(): Iterable<StoredWindow> {
    for (const [view, { uses }] of this.#views) {
      for (const { name, bytes } of uses.stored()) yield { view, key: name, bytes };
    }
  }

  #viewOf(view: string): HeldView {
    let held = this.#views.get(view);
    if (!held) this.#views.set(view, (held = { entities: new Map(), uses: new MemoryUses(), newestMs: -Infinity }));
    return held;
  }

  /** As for blocks: a view's time is that of its newest event, and never runs ahead of the clock. */
  #timeOf({ newestMs }: HeldView): number {
    return Math.min(newestMs, this.#now().getTime());
  }
}

function stateOf({ entities }: HeldView, key: string, plan: WindowPlan): WindowState | undefined {
  const held = entities.get(key);
  if (!held || 'state' in held) return held?.state;
  const state = decodeState(held.bytes, plan);
  // The whole snapshot has its digest, and a new form of its parts gives it another name.
  if (!state) throw new Error('the windows of a snapshot cannot be read');
  entities.set(key, { state, plan });
  return state;
}

interface NetworkQuestion {
  readonly network: PlannedNetwork;
  readonly key: string;
  readonly plan: WindowPlan;
  readonly atMs: number;
}

function countIn(
  held: HeldView,
  { network, key, plan, atMs }: NetworkQuestion,
  own: WindowState,
): NetworkCounts | null {
  const stateOfOther = (other: string): WindowState | undefined => stateOf(held, other, plan);
  const { questions, cut } = usersQuestions(network, own, atMs);
  const asked = questions.map((question) => ({ question, users: held.uses.users(question) }));
  const others = othersFound(network, key, asked, stateOfOther);
  return others && countsOf(network, others, { cut, atMs, stateOf: stateOfOther });
}
