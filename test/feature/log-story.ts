import { join } from 'node:path';
import { expect } from 'vitest';
import {
  createTrainingSet,
  downloadRows,
  materialize,
  post,
  startTestFeature,
  writeParquet,
  type FeatureHarness,
} from '../support/feature.ts';
import { seededRandom } from '../support/seeded-random.ts';

/** A row as the test remembers that it sent it, and when it could first be seen. */
interface Sent {
  readonly key: string;
  readonly eventMs: number;
  readonly createdMs: number | null;
  readonly availableMs: number;
  readonly writtenMs: number;
  readonly order: number;
  readonly value: number | null;
}

const HOUR = 3_600_000;
const RULES = ['KNOWN', 'CREATED', 'EVENT_TIME'] as const;
// Keys that stick together would be the same: (1, 23) and (12, 3).
const ENTITIES = [
  ['1', 23],
  ['12', 3],
  ['a', 1],
  ['a', 2],
  ['b', 1],
  ['o\'b|"x', 7],
] as const;
const keyOf = ([user, shop]: readonly [string, number]): string => JSON.stringify([user, shop]);

/** The law, said as plainly as it can be: look at every row. */
function expected(
  log: readonly Sent[],
  key: string,
  atMs: number | null,
  ttlMs: number,
  rule: (typeof RULES)[number],
): number | null {
  if (atMs === null) return null;
  let best: Sent | undefined;
  for (const row of log) {
    if (row.key !== key || row.eventMs > atMs) continue;
    if (rule === 'KNOWN' && (row.availableMs > atMs || (row.createdMs ?? -Infinity) > atMs)) continue;
    if (rule === 'CREATED' && row.writtenMs > atMs) continue;
    if (best) {
      const later =
        row.eventMs - best.eventMs || (row.createdMs ?? -1) - (best.createdMs ?? -1) || row.order - best.order;
      if (later < 0) continue;
    }
    best = row;
  }
  if (!best || (ttlMs > 0 && atMs - best.eventMs > ttlMs)) return null;
  return best.value;
}

const iso = (ms: number): string => new Date(ms).toISOString();
const time = (ms: number | null): string => (ms === null ? 'null::timestamptz' : `timestamptz '${iso(ms)}'`);

interface Row {
  readonly entity: (typeof ENTITIES)[number];
  readonly eventMs: number;
  readonly createdMs: number | null;
  readonly value: number | null;
}

class Story {
  readonly log: Sent[] = [];
  readonly reads: {
    readonly entity: (typeof ENTITIES)[number];
    readonly atMs: number;
    readonly value: number | null;
  }[] = [];
  readonly #feature: FeatureHarness;
  readonly #random: () => number;
  readonly #name: string;
  readonly #file: { readonly sql: string; readonly row: Row }[] = [];
  readonly #loaded = new Set<string>();
  /** The version of each moment that counts. */
  readonly #counts = new Map<string, string>();
  #adopted = false;
  #order = 0;

  constructor(feature: FeatureHarness, random: () => number, name: string) {
    this.#feature = feature;
    this.#random = random;
    this.#name = name;
  }

  get nowMs(): number {
    return this.#feature.clock.at.getTime();
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)]!;
  }

  pass(): void {
    this.#feature.clock.at = new Date(this.nowMs + this.pick([1, 1_000, HOUR / 2, HOUR, 5 * HOUR, 30 * HOUR]));
  }

  /** Times on a coarse grid, so that rows often tie; created is sometimes unknown. */
  row(): Row {
    const grid = (ms: number): number => Math.min(this.nowMs, Math.floor(ms / HOUR) * HOUR);
    const eventMs = grid(this.nowMs - this.#random() ** 2 * 60 * HOUR);
    const createdMs = this.#random() < 0.2 ? null : grid(Math.min(this.nowMs, eventMs + this.#random() * 20 * HOUR));
    const value = this.#random() < 0.15 ? null : Math.floor(this.#random() * 1_000);
    return { entity: this.pick(ENTITIES), eventMs, createdMs, value };
  }

  async load(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const row = this.row();
      const [user, shop] = row.entity;
      const times = `${time(row.eventMs)}, ${time(row.createdMs)}`;
      this.#file.push({
        sql: `('${user.replaceAll("'", "''")}', ${shop}::bigint, ${times}, ${row.value ?? 'null'}::double)`,
        row,
      });
    }
    this.#takeFile();
    await writeParquet(
      join(this.#feature.folder, `${this.#name}.parquet`),
      `select * from (values ${this.#file.map(({ sql }) => sql).join(', ')}) t(user_id, shop_id, event_time, created_at, value)`,
    );
    const { data, errors } = await materialize(this.#feature, { view: this.#name });
    expect(errors).toBeUndefined();
    expect(data.materialize.materialization.state).toBe('SUCCEEDED');
    if (data.materialize.materialization.rowsWritten > 0) this.#adopted = true;
  }

  /**
   * A load takes what lies before now; a later one takes the rest. Of the versions of one moment the last counts: where it
   * is the one that counts already, all of them are known; else it is taken, although it may have been there before.
   */
  #takeFile(): void {
    const moments = Map.groupBy(
      this.#file.filter(({ row }) => row.eventMs < this.nowMs),
      ({ row: { entity, eventMs, createdMs } }) => JSON.stringify([entity, eventMs, createdMs]),
    );
    for (const [moment, versions] of moments) {
      const last = versions.at(-1)!;
      if (this.#counts.get(moment) === last.sql) continue;
      this.#counts.set(moment, last.sql);
      for (const version of versions) {
        if (version === last || !this.#loaded.has(version.sql)) this.#take(version.sql, version.row);
      }
    }
  }

  #take(sql: string, { entity, eventMs, createdMs, value }: Row): void {
    this.#loaded.add(sql);
    const availableMs = this.#adopted ? this.nowMs : (createdMs ?? this.nowMs);
    const order = this.#order++;
    const writtenMs = createdMs ?? this.nowMs;
    this.log.push({ key: keyOf(entity), eventMs, createdMs, writtenMs, availableMs, order, value });
  }

  async push(count: number): Promise<void> {
    const rows = Array.from({ length: count }, () => this.row());
    const { body } = await post(this.#feature, '/v1/features/push', {
      view: `tiffin:default:feature-view:${this.#name}`,
      rows: rows.map(({ entity: [user_id, shop_id], eventMs, createdMs, value }) => ({
        entity: { user_id, shop_id },
        eventTime: iso(eventMs),
        createdTime: createdMs === null ? null : iso(createdMs),
        values: { value },
      })),
    });
    expect(body).toMatchObject({ accepted: count, rejected: [] });
    this.#adopted = true;
    for (const { entity, eventMs, createdMs, value } of rows) {
      const writtenMs = createdMs ?? this.nowMs;
      this.log.push({
        key: keyOf(entity),
        eventMs,
        createdMs,
        writtenMs,
        availableMs: this.nowMs,
        order: this.#order++,
        value,
      });
    }
  }

  async read(): Promise<void> {
    const { body } = await post(this.#feature, '/v1/features/read', {
      service: `tiffin:default:feature-service:${this.#name}@1`,
      entities: ENTITIES.map(([user_id, shop_id]) => ({ user_id, shop_id })),
    });
    ENTITIES.forEach((entity, i) => this.reads.push({ entity, atMs: this.nowMs, value: body.values[i][0] }));
  }
}

async function define(feature: FeatureHarness, name: string, ttlSeconds: number): Promise<void> {
  await writeParquet(
    join(feature.folder, `${name}.parquet`),
    `select 'x' as user_id, 1::bigint as shop_id, timestamptz '2020-01-01 00:00:00Z' as event_time, timestamptz '2020-01-01 00:00:00Z' as created_at, 1::double as value`,
  );
  const { errors } = await feature.ask(
    `mutation ($source: DefineSourceInput!, $view: DefineFeatureViewInput!, $service: DefineFeatureServiceInput!) {
      defineEntity(input: { name: "pair", joinKeys: [{ name: "user_id", dtype: STRING }, { name: "shop_id", dtype: INT64 }] }) { eventCursor }
      defineSource(input: $source) { eventCursor } defineFeatureView(input: $view) { eventCursor }
      defineFeatureService(input: $service) { eventCursor } }`,
    {
      source: { name, path: `${name}.parquet`, eventColumn: 'event_time', createdColumn: 'created_at' },
      view: { name, entity: 'pair', source: name, ttlSeconds, features: [{ name: 'value' }] },
      service: { name, views: [{ view: name }] },
    },
  );
  expect(errors).toBeUndefined();
}

/** What was served at a time is what a training set says of it, and what the law says: one random log of loads, pushes and restarts. */
export async function tellAndCompare(seed: number): Promise<void> {
  const feature = await startTestFeature();
  const random = seededRandom(seed);
  const name = `story_${seed}`;
  const ttlSeconds = [0, 10 * 3_600, 40 * 3_600][seed % 3]!;
  await define(feature, name, ttlSeconds);
  const story = new Story(feature, random, name);
  const startMs = story.nowMs;
  if (seed % 2 === 0) await story.load(40);
  for (let step = 0; step < 14; step++) {
    story.pass();
    const what = random();
    if (what < 0.3) await story.load(1 + Math.floor(random() * 8));
    else if (what < 0.9) await story.push(1 + Math.floor(random() * 5));
    else await feature.restart();
    await story.read();
  }
  const endMs = story.nowMs;

  const spine = [
    ...story.reads.map(({ entity, atMs, value }) => ({ entity, atMs, served: value })),
    ...Array.from({ length: 400 }, () => ({
      entity: story.pick(ENTITIES),
      // Some rows have no time.
      atMs: random() < 0.05 ? null : Math.floor(startMs - 50 * HOUR + random() * (endMs - startMs + 60 * HOUR)),
      served: undefined,
    })),
  ];
  const rows = spine.map(({ entity: [user_id, shop_id], atMs }, i) => ({
    user_id,
    shop_id,
    timestamp: atMs === null ? null : iso(atMs),
    i,
  }));
  for (const knownAt of RULES) {
    const { data, errors } = await createTrainingSet(feature, { service: name, spine: { rows }, knownAt });
    expect(errors).toBeUndefined();
    const out = await downloadRows(feature, data.createTrainingSet.trainingSet);
    expect(out.map((row) => row.i)).toEqual(spine.map((_, i) => i));
    spine.forEach(({ entity, atMs, served }, i) => {
      const value = expected(story.log, keyOf(entity), atMs, ttlSeconds * 1_000, knownAt);
      const where = `row ${i}: ${keyOf(entity)} at ${atMs === null ? 'no time' : iso(atMs)} by ${knownAt}`;
      expect(out[i][`${name}__value`], where).toBe(value);
      if (knownAt === 'KNOWN' && served !== undefined) expect(served, `${where}, as it was served`).toBe(value);
    });
  }
  // The test would prove little if nothing was ever found, or the rules never differed.
  const found = (rule: (typeof RULES)[number]) =>
    spine.map(({ entity, atMs }) => expected(story.log, keyOf(entity), atMs, ttlSeconds * 1_000, rule));
  expect(found('KNOWN').filter((value) => value !== null).length).toBeGreaterThan(20);
  expect(found('KNOWN')).not.toEqual(found('EVENT_TIME'));
}
