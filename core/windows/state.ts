import type { FeatureValue } from '../codec/layout.ts';
import { floorTo, tailOf } from './hop.ts';
import type { Uses } from './folds/uses.ts';
import { addTo, horizonAt, type PlannedNetwork, type RingPlace, type WindowPlan } from './plan.ts';
import { compareVersions, type WindowEvent } from './window.ts';

/** Up to here an entity's events are kept as they are; a busier one is kept by hops. */
export const MOST_SPARSE = 64;

/** The start of a hop → one state for each aggregate of its ring. */
export type Ring = Map<number, unknown[]>;

/** Pushed rows and loaded ones come each in the order of the log, but beside each other. */
export type LogSide = 'PUSHED' | 'LOADED';
export type LogPlace = Pick<WindowEvent, 'seq' | 'ordinal'>;
export type AppliedTo = Readonly<Record<LogSide, LogPlace>>;

/** What an entity's windows are made of. `events` are in no order. */
export interface WindowParts {
  /** The last place of the log that went in, on each side: what comes again goes by. */
  readonly applied: AppliedTo;
  /** The newest event that was ever heard of. */
  readonly newestMs: number;
  /** With ids: the newest version of each event that can still matter. Else all events, or the newest moment's alone. */
  readonly events: WindowEvent[];
  /** Null while the entity is quiet. They hold what happened before the newest moment: windows end before their time. */
  readonly rings: Ring[] | null;
}

const NOWHERE: LogPlace = { seq: -1, ordinal: -1 };

/**
 * The windows of one entity. Events happen in any order, and each place of the log goes in once; a later version of an id takes the place of the one
 * before it (retract and insert). What is answered depends on the events alone, not on their order nor on how they are kept.
 */
export class WindowState {
  readonly #plan: WindowPlan;
  readonly #byId = new Map<string, WindowEvent>();
  /** Without ids: as in the parts. With ids: those of the newest moment, once there are rings. */
  #events: WindowEvent[] = [];
  #rings: Ring[] | null = null;
  #newestMs = -Infinity;
  #prunedTo = -Infinity;
  readonly #applied: Record<LogSide, LogPlace> = { PUSHED: NOWHERE, LOADED: NOWHERE };

  constructor(plan: WindowPlan, parts?: WindowParts) {
    this.#plan = plan;
    if (!parts) return;
    this.#applied = { ...parts.applied };
    this.#newestMs = parts.newestMs;
    this.#rings = parts.rings;
    this.#prunedTo = horizonAt(plan, parts.newestMs);
    if (plan.withIds) for (const event of parts.events) this.#byId.set(event.id ?? '', event);
    this.#events = plan.withIds
      ? parts.rings
        ? parts.events.filter((event) => !event.retracted && this.#isHead(event))
        : []
      : parts.events;
  }

  get newestMs(): number {
    return this.#newestMs;
  }

  get parts(): WindowParts {
    const events = this.#plan.withIds ? [...this.#byId.values()] : this.#events;
    return { applied: this.#applied, newestMs: this.#newestMs, events, rings: this.#rings };
  }

  /** Answers whether it went in: not where the log was applied beyond it already. */
  apply(event: WindowEvent, side: LogSide): boolean {
    const { seq, ordinal } = this.#applied[side];
    if (event.seq < seq || (event.seq === seq && event.ordinal <= ordinal)) return false;
    this.#applied[side] = { seq: event.seq, ordinal: event.ordinal };
    if (this.#plan.withIds) this.#addVersion(event);
    else this.#insert(event);
    return true;
  }

  /** The version of an event that stands, if it can still matter. */
  versionOf(id: string): WindowEvent | undefined {
    return this.#byId.get(id);
  }

  /**
   * The values that were used in [tail, at), each with its last use. Moments before the newest event can be asked for, too:
   * others go on while one of them is looked at. A last use may then be said to be earlier than it was, within its hop.
   */
  usesAt({ uses, windowMs, hopMs }: PlannedNetwork, atMs: number): Map<string, number> {
    return this.#usesIn(uses, tailOf(atMs, windowMs, hopMs), atMs);
  }

  /** Whether the entity is marked as bad by an event of [tail, at). */
  isBad({ bad, marks }: PlannedNetwork, atMs: number): boolean {
    return bad !== null && marks !== null && this.#usesIn(marks, tailOf(atMs, bad.windowMs, bad.hopMs), atMs).size > 0;
  }

  /** The last use of a value by any event that is kept; null where there is none. */
  lastUse(column: number, value: string): number | null {
    const last = this.#plan.networks
      .filter(({ through }) => through.index === column)
      .map(({ uses }) => this.#usesIn(uses, -Infinity, Infinity, value).get(value) ?? -Infinity);
    const lastMs = Math.max(-Infinity, ...last);
    return lastMs === -Infinity ? null : lastMs;
  }

  /** One value for each window as of `atMs`; null where that lies before the newest event: what was then is not kept. */
  read(atMs: number): FeatureValue[] | null {
    if (atMs < this.#newestMs) return null;
    const raw = this.#rawEvents();
    return this.#plan.windows.map(({ windowMs, hopMs, ring, aggregate: place }) => {
      const aggregate = this.#plan.rings[ring]?.aggregates[place];
      if (!aggregate) return null;
      const { fold } = aggregate;
      const [into, tail] = [fold.start(), tailOf(atMs, windowMs, hopMs)];
      for (const [start, states] of this.#rings?.[ring] ?? []) if (start >= tail) fold.merge(into, states[place]);
      for (const event of raw) {
        if (event.eventMs >= tail && event.eventMs < atMs && !event.retracted) addTo(aggregate, into, event);
      }
      return fold.result(into);
    });
  }

  /** The events that no ring holds. */
  #rawEvents(): readonly WindowEvent[] {
    return this.#plan.withIds && !this.#rings ? [...this.#byId.values()] : this.#events;
  }

  #usesIn({ ring, aggregate: place }: RingPlace, tailMs: number, atMs: number, only?: string): Map<string, number> {
    const found = new Map<string, number>();
    const aggregate = this.#plan.rings[ring]?.aggregates[place];
    if (!aggregate) return found;
    const offer = (of: Map<string, Uses>): void => {
      for (const [value, { firstMs, lastMs }] of of) {
        const ms = lastMs < atMs ? lastMs : firstMs;
        if (ms < atMs && ms > (found.get(value) ?? -Infinity)) found.set(value, ms);
      }
    };
    for (const [start, states] of this.#rings?.[ring] ?? []) {
      if (start < tailMs || start >= atMs) continue;
      const of = states[place] as Map<string, Uses>;
      const one = only === undefined ? undefined : of.get(only);
      if (only === undefined) offer(of);
      else if (one) offer(new Map([[only, one]]));
    }
    const raw = aggregate.fold.start();
    for (const event of this.#rawEvents()) {
      if (event.retracted || event.eventMs < tailMs || event.eventMs >= atMs) continue;
      addTo(aggregate, raw, event);
    }
    offer(raw as Map<string, Uses>);
    return found;
  }

  #addVersion(event: WindowEvent): void {
    const id = event.id ?? '';
    this.#advance(event.eventMs);
    const before = this.#byId.get(id);
    if (before && compareVersions(event, before) <= 0) return;
    this.#byId.set(id, event);
    if (before && !before.retracted) this.#retract(before);
    if (!event.retracted && this.#rings) this.#insert(event);
    if (!this.#rings && this.#byId.size > MOST_SPARSE) this.#makeRings([...this.#byId.values()]);
  }

  #insert(event: WindowEvent): void {
    this.#advance(event.eventMs);
    if (event.eventMs < this.#prunedTo) return;
    if (!this.#rings || this.#isHead(event)) this.#events.push(event);
    else this.#addToRings(this.#rings, event);
    if (!this.#rings && this.#events.length > MOST_SPARSE) this.#makeRings(this.#events);
  }

  /** Only with ids, where every event is kept: its hops are made anew, so that no function has to know how to take back. */
  #retract(event: WindowEvent): void {
    if (!this.#rings) return;
    if (this.#isHead(event)) {
      this.#events = this.#events.filter(({ id }) => id !== event.id);
      return;
    }
    const past = [...this.#byId.values()].filter((one) => !one.retracted && !this.#isHead(one) && one.id !== event.id);
    this.#plan.rings.forEach(({ hopMs }, i) => {
      const start = floorTo(event.eventMs, hopMs);
      this.#rings?.[i]?.delete(start);
      for (const one of past) if (floorTo(one.eventMs, hopMs) === start) this.#addToRing(i, one);
    });
  }

  #isHead({ eventMs }: WindowEvent): boolean {
    return eventMs === this.#newestMs;
  }

  #advance(eventMs: number): void {
    if (eventMs <= this.#newestMs) return;
    const head = this.#rings ? this.#events : [];
    this.#newestMs = eventMs;
    if (this.#rings) {
      this.#events = [];
      for (const event of head) this.#addToRings(this.#rings, event);
    }
    this.#prune();
  }

  #makeRings(events: readonly WindowEvent[]): void {
    this.#rings = this.#plan.rings.map(() => new Map());
    this.#events = [];
    for (const event of events) {
      if (event.retracted || event.eventMs < this.#prunedTo) continue;
      if (this.#isHead(event)) this.#events.push(event);
      else this.#addToRings(this.#rings, event);
    }
  }

  #addToRings(rings: readonly Ring[], event: WindowEvent): void {
    rings.forEach((_, i) => this.#addToRing(i, event));
  }

  #addToRing(i: number, event: WindowEvent): void {
    const [ring, plan] = [this.#rings?.[i], this.#plan.rings[i]];
    if (!ring || !plan) return;
    const start = floorTo(event.eventMs, plan.hopMs);
    if (start < floorTo(this.#newestMs - plan.spanMs, plan.hopMs)) return;
    let states = ring.get(start);
    if (!states) ring.set(start, (states = plan.aggregates.map(({ fold }) => fold.start())));
    plan.aggregates.forEach((aggregate, place) => addTo(aggregate, states[place], event));
  }

  /** Lets go of what lies in no window any more, whenever the horizon has moved by a hop. */
  #prune(): void {
    const horizon = horizonAt(this.#plan, this.#newestMs);
    if (horizon === this.#prunedTo) return;
    this.#prunedTo = horizon;
    this.#events = this.#events.filter(({ eventMs }) => eventMs >= horizon);
    // A version that moved out of the windows still stands above an older one that comes late and lies in them; what was
    // written before the horizon stands above nothing that lies behind it.
    for (const [id, { writtenMs }] of this.#byId) if (writtenMs < horizon) this.#byId.delete(id);
    this.#rings?.forEach((ring, i) => {
      const plan = this.#plan.rings[i];
      const tail = plan ? floorTo(this.#newestMs - plan.spanMs, plan.hopMs) : -Infinity;
      for (const start of ring.keys()) if (start < tail) ring.delete(start);
    });
  }
}
