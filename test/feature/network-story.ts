import { join } from 'node:path';
import { expect } from 'vitest';
import type { FeatureValue } from '../../core/codec/layout.ts';
import type { Network, NetworkCounts } from '../../core/windows/network.ts';
import { bruteNetwork, type KeyedEvent } from '../core/windows/network-oracle.ts';
import { KEYS, picking, randomEvent, randomNetworks } from '../core/windows/random-network.ts';
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
const iso = (ms: number): string => new Date(ms).toISOString();
const COLUMNS = ['device', 'address', 'label'] as const;
const FUNCTIONS = ['OTHERS', 'BAD_OTHERS', 'CUT'] as const;
const cardOf = (key: string): string => JSON.parse(key)[0];

/** A row as the test remembers that it sent it, and since when it can be known. */
interface Sent extends KeyedEvent {
  readonly knownMs: number;
}

interface Wanted {
  readonly name: string;
  readonly function: (typeof FUNCTIONS)[number];
  readonly network: Network;
}

const valueOf = ({ function: name }: Wanted, { others, bad, cut }: NetworkCounts): unknown =>
  ({ OTHERS: others, BAD_OTHERS: bad, CUT: cut })[name];

const jsonOf = (value: FeatureValue | undefined): unknown => (typeof value === 'bigint' ? value.toString() : value);

/** Random events of cards that share devices and addresses: pushed, loaded, late, corrected, taken back; asked for again and again. */
export class NetworkStory {
  readonly #feature: FeatureHarness;
  readonly #random: () => number;
  readonly #name: string;
  readonly #withIds: boolean;
  readonly #wanted: readonly Wanted[];
  readonly #log: Sent[] = [];
  readonly #file: { readonly event: KeyedEvent; readonly createdMs: number | null }[] = [];
  readonly #served: { readonly key: string; readonly atMs: number; readonly values: readonly unknown[] }[] = [];
  #loadedRows = 0;
  #adopted = false;

  constructor(feature: FeatureHarness, seed: number) {
    this.#feature = feature;
    this.#random = seededRandom(seed);
    this.#name = `network_${seed}`;
    this.#withIds = seed % 2 === 1;
    this.#wanted = randomNetworks(this.#random).flatMap((network, i) =>
      FUNCTIONS.filter((name) => name !== 'BAD_OTHERS' || network.bad).map((name) => ({
        name: `n${i}_${name.toLowerCase()}`,
        function: name,
        network,
      })),
    );
  }

  get #nowMs(): number {
    return this.#feature.clock.at.getTime();
  }

  /** `lose` is the bug that a test plants: now and then a push reaches only one of the two stores. */
  async run(lose: 'NOTHING' | 'ONLINE' | 'OFFLINE' = 'NOTHING'): Promise<void> {
    const pick = picking(this.#random);
    await this.#define();
    for (let step = 0; step < 12; step++) {
      const pause = pick([1, 1_000, HOUR / 2, 3 * HOUR, 30 * HOUR]);
      this.#feature.clock.at = new Date(this.#nowMs + pause + Math.floor(this.#random() * pause));
      if (lose !== 'NOTHING' && step % 3 === 1) await this.#push(lose);
      else if (this.#random() < 0.3) await this.#load();
      else await this.#push('BOTH');
      if (this.#random() < 0.1) await this.#feature.restart();
      await this.#read();
    }
  }

  /** Compares what was served, what a training set says and what brute force says. Answers how many counts were not 0. */
  async compare(): Promise<number> {
    const pick = picking(this.#random);
    const firstMs = Math.min(...this.#log.map(({ eventMs }) => eventMs));
    const times = Array.from({ length: 60 }, () =>
      Math.floor(firstMs + this.#random() * (this.#nowMs - firstMs + HOUR)),
    );
    const asked = [...this.#served, ...times.map((atMs) => ({ key: pick(KEYS), atMs, values: undefined }))];
    const { data, errors } = await createTrainingSet(this.#feature, {
      service: this.#name,
      spine: { rows: asked.map(({ key, atMs }) => ({ card_id: cardOf(key), timestamp: iso(atMs) })) },
    });
    expect(errors).toBeUndefined();
    expect(data.createTrainingSet.build.error).toBeNull();
    const rows = await downloadRows(this.#feature, data.createTrainingSet.trainingSet);
    expect(rows).toHaveLength(asked.length);
    let filled = 0;
    asked.forEach(({ key, atMs, values }, i) => {
      const known = this.#log.filter(({ knownMs }) => knownMs <= atMs);
      this.#wanted.forEach((wanted, j) => {
        const expected = valueOf(wanted, bruteNetwork(known, wanted.network, key, atMs));
        const where = `${wanted.name} of ${key} at ${iso(atMs)}`;
        const trained = rows[i][`${this.#name}__${wanted.name}`];
        expect(typeof trained === 'bigint' ? Number(trained) : trained, `${where}, in the training set`).toBe(expected);
        if (values) expect(values[j], `${where}, as it was served`).toBe(expected);
        if (expected) filled++;
      });
    });
    return filled;
  }

  async #define(): Promise<void> {
    const name = this.#name;
    await this.#writeFile();
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
          // A window that reads all columns, so that rows hold them whatever the networks are.
          features: [
            ...this.#wanted.map((wanted) => ({ name: wanted.name, network: this.#inputOf(wanted) })),
            ...COLUMNS.map((column) => ({
              name: `n_${column}`,
              column,
              window: { function: 'COUNT', windowSeconds: 3_600 },
            })),
          ],
        },
        service: { name, views: [{ view: name, features: this.#wanted.map((wanted) => wanted.name) }] },
      },
    );
    expect(errors).toBeUndefined();
  }

  #inputOf({ function: name, network: { through, windowMs, hopMs, limit, bad } }: Wanted): object {
    return {
      function: name,
      through: COLUMNS[through.index],
      windowSeconds: windowMs / 1_000,
      hopSeconds: hopMs / 1_000,
      limit,
      ...(bad &&
        name === 'BAD_OTHERS' && { bad: { column: 'label', oneOf: bad.oneOf, windowSeconds: bad.windowMs / 1_000 } }),
    };
  }

  #event(): { event: KeyedEvent; createdMs: number | null } {
    const event = randomEvent(this.#random, this.#nowMs, this.#log, this.#withIds);
    return { event, createdMs: this.#random() < 0.4 ? null : event.writtenMs };
  }

  async #push(to: 'BOTH' | 'ONLINE' | 'OFFLINE'): Promise<void> {
    const sent = Array.from({ length: 25 }, () => {
      const { event, createdMs } = this.#event();
      const writtenMs = Math.max(event.eventMs, createdMs ?? this.#nowMs);
      this.#log.push({ ...event, writtenMs, seq: this.#log.length + 1, knownMs: this.#nowMs });
      return { event, createdMs };
    });
    const { body } = await post(this.#feature, '/v1/features/push', {
      view: this.#name,
      to,
      rows: sent.map(({ event: { key, id, retracted, eventMs, values }, createdMs }) => ({
        entity: { card_id: cardOf(key) },
        eventTime: iso(eventMs),
        ...(createdMs !== null && { createdTime: iso(createdMs) }),
        ...(id !== null && { eventId: id }),
        ...(retracted
          ? { retract: true }
          : { values: Object.fromEntries(COLUMNS.map((name, i) => [name, jsonOf(values[i])])) }),
      })),
    });
    expect(body).toMatchObject({ accepted: sent.length, rejected: [] });
    this.#adopted = true;
  }

  async #load(): Promise<void> {
    for (let i = 0; i < 20; i++) {
      const { event, createdMs } = this.#event();
      // A file says nothing of events that are no more.
      this.#file.push({ event: { ...event, retracted: false }, createdMs });
    }
    await this.#writeFile();
    const { data, errors } = await materialize(this.#feature, { view: this.#name });
    expect(errors).toBeUndefined();
    const fresh = this.#file.slice(this.#loadedRows);
    expect(data.materialize.materialization).toMatchObject({ state: 'SUCCEEDED', rowsWritten: fresh.length });
    const seq = this.#log.length + 1;
    for (const [ordinal, { event, createdMs }] of fresh.entries()) {
      const writtenMs = Math.max(event.eventMs, createdMs ?? event.eventMs);
      const knownMs = this.#adopted ? this.#nowMs : (createdMs ?? this.#nowMs);
      this.#log.push({ ...event, writtenMs, seq, ordinal, knownMs });
    }
    this.#loadedRows = this.#file.length;
    this.#adopted = true;
  }

  async #writeFile(): Promise<void> {
    const rows = [NOTHING, ...this.#file].map(
      ({ event: { key, id, eventMs, values }, createdMs }, n) =>
        `(${text(cardOf(key))}, ${text(id)}, ${time(eventMs)}, ${time(createdMs)}, ${text(values[0])}, ${values[1] ?? 'null'}::bigint,
          ${text(values[2])}, ${n})`,
    );
    await writeParquet(
      join(this.#feature.folder, `${this.#name}.parquet`),
      `select * exclude (n) from (values ${rows.slice(this.#file.length > 0 ? 1 : 0).join(', ')})
        t(card_id, txn_id, event_time, created_at, device, address, label, n) order by n`,
    );
  }

  async #read(): Promise<void> {
    const { body } = await post(this.#feature, '/v1/features/read', {
      service: this.#name,
      entities: KEYS.map((key) => ({ card_id: cardOf(key) })),
    });
    KEYS.forEach((key, i) => this.#served.push({ key, atMs: this.#nowMs, values: body.values[i] }));
  }
}

const text = (value: FeatureValue | undefined): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : 'null::varchar';
const time = (ms: number | null): string => (ms === null ? 'null::timestamptz' : `timestamptz '${iso(ms)}'`);

const NOTHING = {
  event: {
    key: '["none"]',
    id: 'none',
    retracted: false,
    eventMs: 0,
    writtenMs: 0,
    seq: 0,
    ordinal: 0,
    values: ['', 0n, ''],
  },
  createdMs: 0,
};
