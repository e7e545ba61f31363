import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningEdge } from '../../edge/adapters/node/main.ts';
import type { RecipeInput } from '../../schema/recipe.ts';
import { TestControlPlane } from './support/control-plane.ts';
import { edgeHere, edgePlace, get, post, until, type EdgePlace } from './support/edge-process.ts';
import { growingModel, heavyModel, model, recipe, release, versionId, type TestRelease } from './support/release.ts';

const path = '/v1/predict/fraud-decision';
const features = { user_txn__amount_24h: 1, user_txn__count_1h: 1 };
const body = { inputs: { user_id: 'u', amount: 1 }, features };
const stored = { inputs: body.inputs };

let control: TestControlPlane;
let place: EdgePlace;
let edge: RunningEdge | undefined;

beforeEach(async () => {
  control = await TestControlPlane.start();
  // One model in memory: with several, each answer loads them anew from the disk.
  place = edgePlace(control, { TIFFIN_EDGE_MAX_SESSIONS: '1', TIFFIN_EDGE_FEATURE_KEEP_MS: '0' });
  control.features.set('u', { amount_24h: 1, count_1h: 1, ageMs: 10 });
});
afterEach(async () => {
  control.faults.features = 'ANSWER';
  await edge?.stop();
  edge = undefined;
  await control.down();
  place.remove();
});

type Fallback = NonNullable<RecipeInput['fallback']>;
const because = { confidence: 0.7, reason: 'as it says' };
const rules: NonNullable<RecipeInput['rules']> = [
  { name: 'high', when: 'score > 0.99999', action: 'DECLINE', ...because },
  { name: 'rest', when: 'amount > 0.0', action: 'REVIEW', ...because },
];
const ruled = (causes: Fallback['causes'], more: Partial<RecipeInput> = {}): Partial<RecipeInput> => ({
  ...recipe,
  output: {},
  rules,
  fallback: { default: { kind: 'REFUSE' }, causes },
  ...more,
});

const ask = (what: object = body): ReturnType<typeof post> => post(edge!.url, path, what);

async function serve(one: TestRelease, ready: object = body): Promise<void> {
  await control.publish([one]);
  edge = await edgeHere(place);
  await until('it serves', async () => (await ask(ready)).status === 200);
}

/** What is stored of the answer: cause and fallback stand in the record as in the answer. */
async function recorded(answer: { body: any }): Promise<any> {
  const record: any = await until('the record is stored', () => control.stored.get(answer.body.id));
  expect(record).toMatchObject({
    fallback: answer.body.fallback.cause,
    fallbackAction: answer.body.fallback.action,
    decision: answer.body.decision,
    score: answer.body.score,
  });
  expect(control.invalid).toEqual([]);
  return record;
}

describe('a real fault', () => {
  it('a feature server that hangs: the rules decide without the model, in time', async () => {
    const more = { budgets: { featuresMs: 100, totalMs: 10_000 } };
    await serve(await release({ recipe: ruled({ FEATURES_UNAVAILABLE: { kind: 'RULES_ONLY' } }, more) }), stored);
    control.faults.features = 'HANG';
    const answer = await ask(stored);
    expect(answer.body).toMatchObject({
      score: null,
      decision: 'REVIEW',
      fallback: { cause: 'FEATURES_UNAVAILABLE', action: 'RULES_ONLY', detail: expect.stringContaining('100 ms') },
    });
    expect((await recorded(answer)).rules).toMatchObject([{ name: 'rest', outcome: 'DECIDED' }]);
    control.faults.features = 'ANSWER';
    await until('it reads again', async () => (await ask(stored)).body.fallback === null);
  });

  it('features that are too old, and features that are gone: each by its own name', async () => {
    const causes: Fallback['causes'] = {
      FEATURES_STALE: { kind: 'CONSTANT', score: 0.2, decision: 'APPROVE' },
      FEATURES_MISSING: { kind: 'CONSTANT', score: 0.8, decision: 'DECLINE' },
    };
    await serve(await release({ recipe: ruled(causes) }), stored);
    control.features.set('u', { amount_24h: 1, count_1h: 1, ageMs: 3_600_001 });
    const stale = await ask(stored);
    expect(stale.body).toMatchObject({ decision: 'APPROVE', fallback: { cause: 'FEATURES_STALE' } });
    await recorded(stale);
    control.features.delete('u');
    const missing = await ask(stored);
    expect(missing.body).toMatchObject({ decision: 'DECLINE', fallback: { cause: 'FEATURES_MISSING' } });
    await recorded(missing);
  });

  it('a model file that was tampered with: it is never run, and the fallback answers', async () => {
    const use = (name: string, number: string) => ({ ...recipe.models[0]!, name, version: versionId(number) });
    const models = [use('first', '1'), use('second', '2')];
    const causes: Fallback['causes'] = { ENGINE_ERROR: { kind: 'CONSTANT', score: 0.5, decision: 'REVIEW' } };
    const one = await release({
      recipe: ruled(causes, { models, combine: { kind: 'MAX' } }),
      models: { '2': model([1, -1, 0.5, -1], -1) },
    });
    await serve(one);
    expect((await ask()).body.fallback).toBeNull();
    const digest = one.document.models[1]!.digest;
    const tampered = model([9, 9, 9, 9], 9);
    const folder = join(place.folder, 'data', 'blobs');
    expect(readdirSync(folder)).toContain(digest);
    writeFileSync(join(folder, digest), tampered);
    control.faults.blobs.set(digest, tampered);
    const answer = await ask();
    expect(answer.body).toMatchObject({
      score: 0.5,
      decision: 'REVIEW',
      fallback: { cause: 'ENGINE_ERROR', action: 'CONSTANT', detail: expect.stringContaining(digest) },
      models: [{ score: expect.any(Number) }, { score: null, failure: 'ENGINE_ERROR' }],
    });
    await recorded(answer);
    control.faults.blobs.clear();
    expect((await ask()).body.fallback).toBeNull();
  });

  it('a model that overruns: it cannot be cut off, its answer comes too late and is not taken', async () => {
    const causes: Fallback['causes'] = { OVERRUN: { kind: 'RULES_ONLY' } };
    const budgets = { featuresMs: 5_000, modelsMs: 300, totalMs: 60_000 };
    const one = await release({ model: growingModel(), recipe: ruled(causes, { budgets }) });
    await serve(one);
    const answer = await ask({ ...body, inputs: { ...body.inputs, amount: 1_800 } });
    expect(answer.body).toMatchObject({
      score: null,
      decision: 'REVIEW',
      overruns: expect.arrayContaining(['model']),
      fallback: { cause: 'OVERRUN', action: 'RULES_ONLY', detail: expect.stringContaining('model took') },
      models: [{ score: expect.any(Number) }],
    });
    await recorded(answer);
    expect((await get(edge!.url, '/metrics')).body).toMatch(/prediction_stage_overrun_total\{stage="model"\} \d/);
  });

  it('a model that is known to take too long: it is not begun', async () => {
    const causes: Fallback['causes'] = { ADMISSION_REFUSED: { kind: 'RULES_ONLY' } };
    const budgets = { featuresMs: 5_000, modelsMs: 1, totalMs: 60_000 };
    await serve(await release({ model: heavyModel(512, 2), recipe: ruled(causes, { budgets }) }));
    const answer = await ask();
    expect(answer.body).toMatchObject({
      decision: 'REVIEW',
      fallback: { cause: 'ADMISSION_REFUSED', action: 'RULES_ONLY' },
      models: [{ score: null, failure: 'ADMISSION_REFUSED' }],
    });
    await recorded(answer);
  });

  it('a control plane that is gone: what needs it falls back, and every answer is stored when it is back', async () => {
    await serve(await release({ recipe: ruled({ FEATURES_UNAVAILABLE: { kind: 'RULES_ONLY' } }) }), stored);
    await control.down();
    const away = await ask(stored);
    expect(away.body).toMatchObject({
      decision: 'REVIEW',
      fallback: { cause: 'FEATURES_UNAVAILABLE', action: 'RULES_ONLY' },
    });
    const given = await ask();
    expect(given.body).toMatchObject({ fallback: null, decision: 'REVIEW', score: expect.any(Number) });
    await control.up();
    await recorded(away);
    expect(await until('the record is stored', () => control.stored.get(given.body.id))).toMatchObject({
      fallback: null,
      rules: given.body.rules,
    });
  });
});
