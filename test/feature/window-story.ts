import { join } from 'node:path';
import { expect } from 'vitest';
import type { FeatureValue } from '../../core/codec/layout.ts';
import type { Window, WindowEvent } from '../../core/windows/window.ts';
import { bruteForce } from '../core/windows/oracle.ts';
import { randomWindows } from '../core/windows/random-log.ts';
import {
  createTrainingSet,
  downloadRows,
  materialize,
  post,
  writeParquet,
  type FeatureHarness,
} from '../support/feature.ts';
import { seededRandom } from '../support/seeded-random.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const COLUMNS = ['amount', 'items', 'city'] as const;
const iso = (ms: number): string => new Date(ms).toISOString();

/** How many logs one story has: each card has one of its own, and windows know of one card. */
export const CARDS = 20;
const CARD_NAMES = Array.from({ length: CARDS }, (_, i) => `card ${i}'"`);

/** A row as the test remembers that it sent it, and since when it can be known. */
interface Sent extends WindowEvent {
  readonly card: string;
  readonly knownMs: number;
}

interface Row {
  readonly card: string;
  readonly id: string | null;
  readonly retracted: boolean;
  readonly eventMs: number;
  readonly createdMs: number | null;
  readonly values: readonly FeatureValue[];
}

const jsonOf = (value: FeatureValue | undefined): unknown =>
  typeof value === 'bigint' ? (Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()) : value;

/** Random events of many cards: pushed, loaded, late, corrected, taken back; asked for on-line again and again. */
export class WindowStory {
  readonly windows: readonly Window[];
  readonly #feature: FeatureHarness;
  readonly #random: () => number;
  readonly #name: string;
  readonly #withIds: boolean;
  readonly #log: Sent[] = [];
  readonly #file: { readonly row: Row; readonly sql: string }[] = [];
  #loadedRows = 0;
  #adopted = false;
  #order = 0;
  readonly #served: { readonly card: string; readonly atMs: number; readonly values: readonly unknown[] }[] = [];

  constructor(feature: FeatureHarness, seed: number) {
    this.#feature = feature;
    this.#random = seededRandom(seed);
    this.#name = `story_${seed}`;
    this.#withIds = seed % 2 === 1;
    this.windows = randomWindows(this.#random).map((window) => ({
      ...window,
      where: window.where && {
        ...window.where,
        category: window.where.category && {
          ...window.where.category,
          oneOf: window.where.category.oneOf.filter((one) => one !== null),
        },
      },
    }));
  }

  get #nowMs(): number {
    return this.#feature.clock.at.getTime();
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)]!;
  }

  /** `lose` is the bug that a test plants: now and then a push reaches only one of the two stores. */
  async run(lose: 'NOTHING' | 'ONLINE' | 'OFFLINE' = 'NOTHING'): Promise<void> {
    await this.#define();
    for (let step = 0; step < 12; step++) {
      const pause = this.#pick([1, 1_000, HOUR / 2, 3 * HOUR, 30 * HOUR]);
      this.#feature.clock.at = new Date(this.#nowMs + pause + Math.floor(this.#random() * pause));
      const what = this.#random();
      if (what < 0.3) await this.#load();
      else await this.#push(lose !== 'NOTHING' && step === 6 ? lose : 'BOTH');
      if (this.#random() < 0.1) await this.#feature.restart();
      await this.#read();
    }
  }

  /** Compares what was served, what a training set says and what brute force says. Answers how many values were not empty. */
  async compare(): Promise<number> {
    const firstMs = Math.min(...this.#log.map(({ eventMs }) => eventMs));
    const times = Array.from({ length: 100 }, () =>
      Math.floor(firstMs + this.#random() * (this.#nowMs - firstMs + DAY)),
    );
    const asked = [
      ...this.#served,
      ...times.map((atMs) => ({ card: this.#pick(CARD_NAMES), atMs, values: undefined })),
    ];
    const { data, errors } = await createTrainingSet(this.#feature, {
      service: this.#name,
      spine: { rows: asked.map(({ card, atMs }) => ({ card_id: card, timestamp: iso(atMs) })) },
    });
    expect(errors).toBeUndefined();
    expect(data.createTrainingSet.build.error).toBeNull();
    const rows = await downloadRows(this.#feature, data.createTrainingSet.trainingSet);
    expect(rows).toHaveLength(asked.length);
    let filled = 0;
    asked.forEach(({ card, atMs, values }, i) => {
      const known = this.#log.filter((event) => event.card === card && event.knownMs <= atMs);
      const expected = bruteForce(known, this.windows, atMs);
      this.windows.forEach((window, j) => {
        const where = `${window.function} of ${window.column?.dtype ?? 'events'}, ${card} at ${iso(atMs)}`;
        const trained = rows[i][`${this.#name}__w${j}`];
        this.#expectSame(window, trained, expected[j]!, known, `${where}, in the training set`);
        if (values) this.#expectSame(window, values[j], expected[j]!, known, `${where}, as it was served`);
        if (jsonOf(expected[j]) !== 0 && expected[j] !== null) filled++;
      });
    });
    return filled;
  }

  #expectSame(window: Window, actual: any, expected: FeatureValue, known: readonly Sent[], where: string): void {
    const { function: name, column } = window;
    if (name === 'SUM' && typeof expected === 'bigint' && BigInt.asIntN(64, expected) !== expected) {
      return expect(actual, where).toBeNull();
    }
    const isSummed = ['MEAN', 'STDDEV'].includes(name) || (name === 'SUM' && column?.dtype === 'FLOAT64');
    if (!isSummed || expected === null) return expect(jsonOf(actual), where).toBe(jsonOf(expected));
    // Additions in another order: within 1e-13 of the magnitudes that were added, a variance within 1e-9 of the largest.
    const sizes = known.map(({ values }) => Math.abs(Number(values[column?.index ?? 0] ?? 0)));
    const scale = name === 'STDDEV' ? 1e-9 * Math.max(1, ...sizes) : 1e-13 * sizes.reduce((sum, one) => sum + one, 1);
    expect(
      Math.abs(Number(actual) - Number(expected)),
      `${where}: ${actual} for ${String(expected)}`,
    ).toBeLessThanOrEqual(scale);
  }

  async #define(): Promise<void> {
    const name = this.#name;
    await writeParquet(join(this.#feature.folder, `${name}.parquet`), this.#fileSql([NOTHING]));
    const { errors } = await this.#feature.ask(
      `mutation ($source: DefineSourceInput!, $view: DefineFeatureViewInput!, $service: DefineFeatureServiceInput!) {
        defineEntity(input: { name: "card", joinKeys: [{ name: "card_id", dtype: STRING }] }) { eventCursor }
        defineSource(input: $source) { eventCursor } defineFeatureView(input: $view) { eventCursor }
        defineFeatureService(input: $service) { eventCursor } }`,
      {
        source: { name, path: `${name}.parquet`, eventColumn: 'event_time', createdColumn: 'created_at' },
        view: {
          name,
          entity: 'card',
          source: name,
          ttlSeconds: 0,
          ...(this.#withIds && { eventIdColumn: 'txn_id' }),
          features: this.windows.map((window, i) => this.#inputOf(window, i)),
        },
        service: { name, views: [{ view: name }] },
      },
    );
    expect(errors).toBeUndefined();
  }

  #inputOf({ function: name, windowMs, hopMs, column, where }: Window, i: number): object {
    return {
      name: `w${i}`,
      ...(column && { column: COLUMNS[column.index] }),
      window: {
        function: name,
        windowSeconds: windowMs / 1_000,
        hopSeconds: hopMs / 1_000,
        ...(where && {
          where: {
            ...(where.category && { column: COLUMNS[where.category.index], oneOf: where.category.oneOf.map(String) }),
            ...(where.hours && { hours: where.hours.oneOf, utcOffsetMinutes: where.hours.offsetMinutes }),
          },
        }),
      },
    };
  }

  #row(): Row {
    const earlier = this.#pick([0, 1, 1_000, HOUR, DAY, 9 * DAY]);
    const eventMs = this.#nowMs - 1 - Math.floor(this.#random() * earlier);
    const card = this.#pick(CARD_NAMES);
    const own = this.#log.filter((event) => event.card === card && event.id !== null);
    const again = this.#withIds && own.length > 0 && this.#random() < 0.3;
    const retracted = again && this.#random() < 0.3;
    const createdMs = this.#random() < 0.4 ? null : eventMs + Math.floor(this.#random() * (this.#nowMs - eventMs));
    return {
      card,
      id: !this.#withIds ? null : again ? this.#pick(own).id : `t${this.#order++}`,
      retracted,
      eventMs,
      createdMs,
      values: [
        this.#pick([null, 0, Math.floor(this.#random() * 1e6) / 100, -7.1]),
        this.#pick([null, 1n, BigInt(Math.floor(this.#random() * 50)), 9_007_199_254_740_993n]),
        this.#pick([null, 'Pune', 'Goa', "o'Leh", `city ${Math.floor(this.#random() * 100)}`]),
      ],
    };
  }

  async #push(to: 'BOTH' | 'ONLINE' | 'OFFLINE'): Promise<void> {
    const wanted = this.windows.flatMap(({ column, where }) => [column?.index, where?.category?.index]);
    const names = COLUMNS.filter((_, i) => wanted.includes(i));
    const rows = Array.from({ length: 40 }, () => this.#row());
    const { body } = await post(this.#feature, '/v1/features/push', {
      view: this.#name,
      to,
      rows: rows.map(({ card, id, retracted, eventMs, createdMs, values }) => ({
        entity: { card_id: card },
        eventTime: iso(eventMs),
        ...(createdMs !== null && { createdTime: iso(createdMs) }),
        ...(id !== null && { eventId: id }),
        ...(retracted
          ? { retract: true }
          : { values: Object.fromEntries(names.map((name) => [name, jsonOf(values[COLUMNS.indexOf(name)])])) }),
      })),
    });
    expect(body).toMatchObject({ accepted: rows.length, rejected: [] });
    this.#adopted = true;
    for (const row of rows) {
      this.#log.push({
        ...row,
        writtenMs: Math.max(row.eventMs, row.createdMs ?? this.#nowMs),
        seq: this.#log.length,
        ordinal: 0,
        knownMs: this.#nowMs,
      });
    }
  }

  async #load(): Promise<void> {
    for (let i = 0; i < 30; i++) {
      // A file says nothing of events that are no more.
      const row = { ...this.#row(), retracted: false };
      this.#file.push({ row, sql: sqlOf(row, this.#file.length) });
    }
    await writeParquet(
      join(this.#feature.folder, `${this.#name}.parquet`),
      this.#fileSql(this.#file.map(({ sql }) => sql)),
    );
    const { data, errors } = await materialize(this.#feature, { view: this.#name });
    expect(errors).toBeUndefined();
    const fresh = this.#file.slice(this.#loadedRows);
    expect(data.materialize.materialization).toMatchObject({ state: 'SUCCEEDED', rowsWritten: fresh.length });
    const seq = this.#log.length;
    for (const [ordinal, { row }] of fresh.entries()) {
      const dated = row.createdMs ?? this.#nowMs;
      const writtenMs = Math.max(row.eventMs, row.createdMs ?? row.eventMs);
      this.#log.push({ ...row, writtenMs, seq, ordinal, knownMs: this.#adopted ? this.#nowMs : dated });
    }
    this.#loadedRows = this.#file.length;
    this.#adopted = true;
  }

  #fileSql(rows: readonly string[]): string {
    return `select * exclude (n) from (values ${rows.join(', ')})
      t(card_id, txn_id, event_time, created_at, amount, items, city, n) order by n`;
  }

  async #read(): Promise<void> {
    const { body } = await post(this.#feature, '/v1/features/read', {
      service: this.#name,
      entities: CARD_NAMES.map((card_id) => ({ card_id })),
    });
    CARD_NAMES.forEach((card, i) => this.#served.push({ card, atMs: this.#nowMs, values: body.values[i] }));
  }
}

const text = (value: string | null): string => (value === null ? 'null::varchar' : `'${value.replaceAll("'", "''")}'`);
const time = (ms: number | null): string => (ms === null ? 'null::timestamptz' : `timestamptz '${iso(ms)}'`);

const sqlOf = ({ card, id, eventMs, createdMs, values: [amount, items, city] }: Row, n: number): string =>
  `(${text(card)}, ${text(id)}, ${time(eventMs)}, ${time(createdMs)}, ${String(amount)}::double, ${String(items)}::bigint,
    ${text(typeof city === 'string' ? city : null)}, ${n})`;

const NOTHING = sqlOf(
  { card: 'none', id: 'none', retracted: false, eventMs: 0, createdMs: 0, values: [0, 0n, 'none'] },
  0,
);
