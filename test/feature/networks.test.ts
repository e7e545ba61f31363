import { beforeAll, describe, expect, it } from 'vitest';
import {
  createTrainingSet,
  downloadRows,
  materialize,
  post,
  startTestFeature,
  type FeatureHarness,
} from '../support/feature.ts';
import { DAY, defineRing, HOUR, iso, MINUTE, readRing, RING_FEATURES, send, START, type CardEvent } from './ring.ts';

let feature: FeatureHarness;
beforeAll(async () => {
  feature = await startTestFeature();
  feature.clock.at = new Date(START);
  await defineRing(feature);
});

const at = (ms: number): void => {
  feature.clock.at = new Date(ms);
};
const values = async (card: string, more: object = {}): Promise<unknown[]> =>
  (await readRing(feature, [card], more)).values[0];

/** What a training set says of each card at each time. */
async function trained(
  rows: readonly { readonly card: string; readonly ms: number }[],
  more: object = {},
): Promise<unknown[][]> {
  const { data, errors } = await createTrainingSet(feature, {
    service: 'card_ring',
    spine: {
      rows: rows.map(({ card, ms }) => ({ card_id: card, asked_at: iso(ms) })),
      timestampColumn: 'asked_at',
    },
    ...more,
  });
  expect(errors).toBeUndefined();
  expect(data.createTrainingSet.build.error).toBeNull();
  const found = await downloadRows(feature, data.createTrainingSet.trainingSet);
  return found.map((row) =>
    RING_FEATURES.map(({ name }) => {
      const value = row[`card_ring__${name}`];
      return typeof value === 'bigint' || typeof value === 'string' ? Number(value) : value;
    }),
  );
}

const RING = Array.from({ length: 10 }, (_, i) => `ring ${i}`);

describe('networks of a card', () => {
  it('show a ring of ten cards on one device, and nothing of it a week later, on-line and in a training set', async () => {
    const seen: { card: string; ms: number; values: unknown[] }[] = [];
    const look = async (card: string, ms: number): Promise<unknown[]> => {
      at(ms);
      seen.push({ card, ms, values: await values(card) });
      return seen.at(-1)!.values;
    };
    for (const [i, card] of RING.entries()) {
      at(START + i * MINUTE);
      const answer = await send(feature, [{ card, id: `r${i}`, ms: START + i * MINUTE - 1, device: 'phone' }]);
      expect(answer.body).toMatchObject({ accepted: 1, rejected: [] });
      expect(await look(card, START + i * MINUTE)).toEqual([i, 0, false, Math.min(i, 3), 1]);
    }
    expect(await look('ring 0', START + 10 * MINUTE)).toEqual([9, 0, false, 3, 1]);
    // Two of them turn out to be bad; the mark is an event of theirs.
    at(START + HOUR);
    await send(
      feature,
      [3, 7].map((i): CardEvent => ({ card: RING[i]!, id: `f${i}`, ms: START + HOUR - 1, label: 'fraud' })),
    );
    expect(await look('ring 0', START + HOUR)).toEqual([9, 2, false, 3, 1]);
    expect(await look('ring 3', START + HOUR)).toEqual([9, 1, false, 3, 2]);
    expect(await look('a stranger', START + HOUR)).toEqual([0, 0, false, 0, 0]);
    // The payments leave the day with their hop, the last of them an hour later than the first.
    expect(await look('ring 0', START + DAY + HOUR)).toEqual([0, 0, false, 0, 0]);
    at(START + 7 * DAY);
    await send(feature, [{ card: 'ring 0', id: 'again', ms: START + 7 * DAY - 1, device: 'phone' }]);
    expect(await look('ring 0', START + 7 * DAY)).toEqual([0, 0, false, 0, 1]);
    // Marks count for longer than devices.
    at(START + 7 * DAY + 1);
    await send(feature, [{ card: 'ring 3', id: 'again 3', ms: START + 7 * DAY - 1, device: 'phone' }]);
    expect(await look('ring 0', START + 7 * DAY + 1)).toEqual([1, 1, false, 1, 1]);
    expect(await trained(seen)).toEqual(seen.map((one) => one.values));
  });

  it('say in the answer which count stopped at its limit, and say nothing where none did', async () => {
    at(START + 20 * DAY);
    const now = START + 20 * DAY - 1;
    await send(
      feature,
      ['p', 'q', 'r', 's', 't'].map((card): CardEvent => ({ card, id: `c ${card}`, ms: now, device: 'kiosk' })),
    );
    const body = await readRing(feature, ['p', 'a stranger']);
    expect(body.values).toEqual([
      [4, 0, false, 3, 1],
      [0, 0, false, 0, 0],
    ]);
    expect(body.cut).toEqual([
      [false, false, false, true, false],
      [false, false, false, false, false],
    ]);
    expect(body.statuses[0]).toEqual(RING_FEATURES.map(() => 'PRESENT'));
    expect(body.agesMs[0]).toEqual(RING_FEATURES.map(() => 0));
    expect(await readRing(feature, ['a stranger'])).not.toHaveProperty('cut');
    const { data } = await feature.ask(
      '{ onlineFeatures(input: { service: "card_ring", entities: [{ card_id: "p" }] }) { rows { features { name value cut } } } }',
    );
    expect(data.onlineFeatures.rows[0].features.slice(0, 4)).toEqual([
      { name: 'card_ring__others_24h', value: 4, cut: false },
      { name: 'card_ring__bad_24h', value: 0, cut: false },
      { name: 'card_ring__cut_24h', value: false, cut: false },
      { name: 'card_ring__three_24h', value: 3, cut: true },
    ]);
  });

  it('stop at 100 of a hub of 1,000, and say so on-line and in a training set', async () => {
    const now = START + 30 * DAY;
    at(now);
    const hub = Array.from({ length: 1_000 }, (_, i): CardEvent => ({
      card: `hub ${i}`,
      id: 'h',
      ms: now - 1_001 + i,
      device: 'airport',
    }));
    expect((await send(feature, hub)).body).toMatchObject({ accepted: 1_000, rejected: [] });
    await send(
      feature,
      [0, 990].map((i): CardEvent => ({ card: `hub ${i}`, id: 'f', ms: now - 1, label: 'fraud' })),
    );
    // That of the two that pays among the latest is looked at, the other one is not.
    expect(await values('hub 500')).toEqual([100, 1, true, 3, 1]);
    expect(await trained([{ card: 'hub 500', ms: now }])).toEqual([[100, 1, true, 3, 1]]);
  });

  it('follow corrections and retractions of others, and of what was never sent', async () => {
    const now = START + 40 * DAY;
    at(now);
    const pays = (card: string, id: string, device: string): CardEvent => ({ card, id, ms: now - HOUR, device });
    await send(feature, [pays('u', 'u', 'sofa'), pays('v', 'v', 'sofa'), pays('w', 'w', 'sofa')]);
    expect(await values('u')).toEqual([2, 0, false, 2, 1]);
    const before = { card: 'u', ms: now };
    at(now + MINUTE);
    await send(feature, [pays('v', 'v', 'chair'), { card: 'w', id: 'w', ms: now - HOUR, retract: true }]);
    await send(feature, [{ card: 'x', id: 'never sent', ms: now, retract: true }]);
    expect(await values('u')).toEqual([0, 0, false, 0, 1]);
    expect(await values('x')).toEqual([0, 0, false, 0, 0]);
    expect(await trained([before, { card: 'u', ms: now + MINUTE }, { card: 'x', ms: now + MINUTE }])).toEqual([
      [2, 0, false, 2, 1],
      [0, 0, false, 0, 1],
      [0, 0, false, 0, 0],
    ]);
  });

  it('hear of events of their source, and know a late mark only from when it came', async () => {
    const now = START + 45 * DAY;
    at(now);
    const { body } = await post(feature, '/v1/features/events', {
      source: 'ring',
      events: ['m', 'n'].map((card_id) => ({
        card_id,
        txn_id: '1',
        event_time: iso(now - HOUR),
        device_id: 'lift',
        label: null,
      })),
    });
    expect(body).toMatchObject({ accepted: 2, rejected: [] });
    at(now + HOUR);
    await send(feature, [{ card: 'n', id: 'late', ms: now - MINUTE, label: 'fraud' }]);
    expect(await values('m')).toEqual([1, 1, false, 1, 1]);
    const both = [
      { card: 'm', ms: now },
      { card: 'm', ms: now + HOUR },
    ];
    expect((await trained(both)).map(([, bad]) => bad)).toEqual([0, 1]);
    expect((await trained(both, { knownAt: 'EVENT_TIME' })).map(([, bad]) => bad)).toEqual([1, 1]);
  });

  it('do not count what happens at the very moment, nor an entity that shares only with itself', async () => {
    const now = START + 50 * DAY;
    at(now);
    await send(feature, [
      { card: 'alone', id: '1', ms: now - HOUR, device: 'desk' },
      { card: 'alone', id: '2', ms: now - MINUTE, device: 'desk' },
      { card: 'other', id: '1', ms: now, device: 'desk' },
    ]);
    expect(await values('alone')).toEqual([0, 0, false, 0, 2]);
    expect(await values('alone', { at: iso(now + 1) })).toEqual([1, 0, false, 1, 2]);
    const early = await readRing(feature, ['alone'], { at: iso(now - MINUTE - 1) });
    expect(early.statuses[0]).toEqual(RING_FEATURES.map(() => 'NOT_FOUND'));
  });

  it('know what a load brought, and still know it after a restart', async () => {
    at(START + 60 * DAY);
    const { data } = await materialize(feature, { view: 'card_ring' });
    expect(data.materialize.materialization).toMatchObject({ state: 'SUCCEEDED', rowsRead: 5 });
    at(START);
    const loaded = { at: iso(START) };
    const [first, second] = [await values('loaded 0', loaded), await values('loaded 1', loaded)];
    await feature.restart();
    at(START + 60 * DAY);
    await send(feature, [{ card: 'ring 9', id: 'p', ms: START + 60 * DAY - 2, device: 'shelf' }]);
    await feature.restart();
    await send(feature, [{ card: 'ring 8', id: 'p', ms: START + 60 * DAY - 1, device: 'shelf' }]);
    expect(await values('ring 9')).toEqual([1, 1, false, 1, 1].map((one, i) => (i === 1 ? 0 : one)));
    expect([first, second]).toEqual([
      [4, 0, false, 3, 1],
      [4, 1, false, 3, 1],
    ]);
  });
});
