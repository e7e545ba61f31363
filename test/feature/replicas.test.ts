import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createTrainingSet,
  downloadRows,
  inTurn,
  materialize,
  seenFrom,
  startTestFeature,
  writeParquet,
  type FeatureHarness,
} from '../support/feature.ts';
import { testKeys } from '../support/keys.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { defineCards, MINUTE, pay, pushLast, START, valuesOf } from './cards.ts';
import { WindowStory } from './window-story.ts';

const LOAD = `query ($id: ID!) { materialization(id: $id) { state rowsRead rowsWritten rowsOnline error } }`;

describe.skipIf(!hasRedis())('two feature processes over one Redis and one Postgres', () => {
  let one: FeatureHarness;
  let other: FeatureHarness;
  beforeAll(async () => {
    const redis = await startRedis();
    one = await startTestFeature({
      redisUrls: [redis.url],
      filesFolder: temporaryFolder('shared-files'),
      replicas: 2,
    });
    other = seenFrom(one, await one.another());
    one.clock.at = new Date(START);
    await defineCards(one);
  });

  it('load a view once, and each tells how far the load is', async () => {
    const begun = (await materialize(one, { view: 'card_txn', waitMs: 0 })).data.materialize.materialization;
    const refused = await materialize(other, { view: 'card_txn', waitMs: 0 });
    const seen = async (at: FeatureHarness): Promise<any> =>
      (await at.ask(LOAD, { id: begun.id })).data.materialization;
    // The load may have ended before the second one was asked for; then there is nothing new to load.
    if (refused.errors) expect(refused.errors[0].extensions).toMatchObject({ code: 'CONFLICT', field: 'view' });
    for (const at of [other, one]) {
      await expect
        .poll(() => seen(at), { timeout: 20_000 })
        .toEqual({ state: 'SUCCEEDED', rowsRead: 100, rowsWritten: 100, rowsOnline: 100, error: null });
    }
    await expect
      .poll(async () => (await materialize(other, { view: 'card_txn' })).data?.materialize.materialization, {
        timeout: 20_000,
      })
      .toMatchObject({ state: 'SUCCEEDED', rowsWritten: 0 });
    expect(await valuesOf(other, ['loaded9'])).toEqual([[10, 540, null]]);
  });

  it('read at once what the other was pushed', async () => {
    await pay(one, [{ card: 'a', id: 'a1', ms: START - MINUTE, amount: 5 }]);
    expect(await valuesOf(other, ['a'])).toEqual([[1, 5, null]]);
    await pay(other, [{ card: 'a', id: 'a2', ms: START - 2 * MINUTE, amount: 7 }]);
    await pushLast(other, 'a', START - MINUTE, 9);
    expect(await valuesOf(one, ['a'])).toEqual([[2, 12, 9]]);
    expect(await valuesOf(other, ['a'])).toEqual([[2, 12, 9]]);
  });

  it('make one training set of one request, from a spine that either was sent, and give its file', async () => {
    const spineFile = join(one.folder, 'spine.parquet');
    await writeParquet(spineFile, `select 'a' as card_id, timestamptz '2026-02-03 09:59:30Z' as asked`);
    const sent = await one.subgraph.app.request('/v1/spines', {
      method: 'POST',
      headers: { authorization: `Bearer ${testKeys.with('feature:write')}` },
      body: readFileSync(spineFile),
    });
    const { upload } = (await sent.json()) as { upload: string };
    const spine = { upload, timestampColumn: 'asked' };
    const sets = [];
    for (const at of [other, one]) {
      const { build, trainingSet } = (await createTrainingSet(at, { service: 'card', spine })).data.createTrainingSet;
      expect(build).toMatchObject({ state: 'SUCCEEDED', error: null });
      sets.push(trainingSet);
    }
    expect(sets[1]).toEqual(sets[0]);
    for (const at of [one, other]) {
      expect(await downloadRows(at, sets[0])).toEqual([
        expect.objectContaining({ card_id: 'a', card_txn__n_1h: 0n, card_txn__sum_1h: 0, card_last__amount: null }),
      ]);
    }
  });

  it('give the numbers that one gives, whichever is asked, is pushed to or loads', async () => {
    const story = new WindowStory(inTurn(one, other), 301);
    await story.run();
    expect(await story.compare()).toBeGreaterThan(50);
  });
});
