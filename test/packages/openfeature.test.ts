import { OpenFeature as Server, ErrorCode } from '@openfeature/server-sdk';
import { OpenFeature as Web, ProviderEvents, ProviderStatus } from '@openfeature/web-sdk';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClient, type EdgeClient } from '../../packages/edge/client.ts';
import { TiffinServerProvider } from '../../packages/openfeature/server.ts';
import { TiffinWebProvider } from '../../packages/openfeature/web.ts';
import type { Traffic } from '../../schema/manifest.ts';
import { benchApp, KEY, type BenchApp } from '../edge/support/bench-app.ts';
import { model, recipe, release as releaseOf, type TestRelease } from '../edge/support/release.ts';
import { atEnd } from '../support/at-end.ts';
import { serveApp } from '../support/serve-app.ts';

const NAME = 'fraud-decision';
const endpoints = { [NAME]: { unit: 'user_id', inputs: ['amount', 'note'] }, elsewhere: {} };
const allocation = (release: string): Traffic[number] => ({
  kind: 'ALLOCATION',
  holder: 'tiffin:default:experiment:e',
  holderRevision: 1,
  seed: 's',
  hashVersion: 2,
  unit: 'user_id',
  arms: [
    { arm: 'today', release, ranges: [[0, 0.5]] },
    { arm: 'newer', release, ranges: [[0.5, 1]] },
  ],
  endsAt: null,
});

let one: TestRelease;
beforeAll(async () => {
  // Without features: nothing is read while it answers.
  one = await releaseOf({
    model: model([0.5]),
    recipe: {
      inputs: recipe.inputs,
      entities: [],
      features: undefined as never,
      derive: [],
      fallback: {
        default: { kind: 'REFUSE' },
        causes: { KILLED: { kind: 'CONSTANT', score: 0, decision: 'REVIEW' } },
      },
      models: [{ ...recipe.models[0]!, inputs: [{ tensor: 'features', columns: ['amount'] }] }],
    },
  });
});

/** A real edge on a port, and a client of it. */
async function edge(
  layers: (release: string) => Traffic = (release) => [allocation(release), { kind: 'DEFAULT', release }],
  freshness?: () => { revision: number; ageMs: number; stale: boolean },
): Promise<{ bench: BenchApp; client: EdgeClient; close: () => Promise<void> }> {
  const bench = await benchApp({
    releases: [one],
    traffic: ([digest]) => layers(digest!),
    ...(freshness && { freshness }),
  });
  const served = await serveApp(bench.app);
  const client = createClient({ url: served.url, key: KEY, retries: 0 });
  atEnd(() => bench.close());
  return { bench, client, close: () => served.close() };
}

const context = { targetingKey: 'ada', amount: 2, plan: { name: 'not an input' } };
afterEach(async () => {
  await Server.clearProviders();
  await Web.clearProviders();
  await Web.clearContext();
});

describe('the provider for servers', () => {
  it('gives score, decision, arm or the whole answer, each a prediction of the context', async () => {
    const { bench, client } = await edge();
    await Server.setProviderAndWait(new TiffinServerProvider({ client, endpoints }));
    const flags = Server.getClient();
    const score = await flags.getNumberDetails(NAME, -1, context);
    const own = await client.predict(NAME, { inputs: { user_id: 'ada', amount: 2 } });
    expect(score).toMatchObject({
      value: own.score,
      reason: 'SPLIT',
      variant: own.arm,
      flagMetadata: { release: own.release, source: 'remote', arm: own.arm, bucket: own.bucket },
    });
    const [record] = await bench.records();
    expect(record).toMatchObject({ id: score.flagMetadata['predictionId'], unit: 'ada', arm: own.arm });
    expect(await flags.getStringValue(NAME, '', context)).toBe(own.decision);
    expect(await flags.getStringValue(`${NAME}/arm`, '', context)).toBe(own.arm);
    expect(await flags.getBooleanValue(`${NAME}/arm=${own.arm}`, false, context)).toBe(true);
    expect(await flags.getBooleanValue(`${NAME}/arm=nobody`, true, context)).toBe(false);
    expect(await flags.getObjectValue(NAME, {}, context)).toMatchObject({ score: own.score, endpoint: NAME });
    // The rules of this recipe gave no reason: the caller's own value stands.
    expect(await flags.getStringDetails(`${NAME}/reason`, 'none', context)).toMatchObject({
      value: 'none',
      reason: 'DEFAULT',
    });
  });

  it('asks once for what is asked of one context at the same time', async () => {
    const { bench, client } = await edge();
    await Server.setProviderAndWait(new TiffinServerProvider({ client, endpoints }));
    const flags = Server.getClient();
    const [first, second, other] = await Promise.all([
      flags.getNumberDetails(NAME, -1, context),
      flags.getStringDetails(`${NAME}/arm`, '', context),
      flags.getNumberDetails(NAME, -1, { ...context, targetingKey: 'bob' }),
    ]);
    expect(first.flagMetadata['predictionId']).toBe(second.flagMetadata['predictionId']);
    expect(other.flagMetadata['predictionId']).not.toBe(first.flagMetadata['predictionId']);
    const predictions = (await bench.records()).filter(({ kind }) => kind === 'prediction');
    expect(predictions.map(({ unit }) => unit)).toEqual(expect.arrayContaining(['ada', 'bob']));
    expect(predictions).toHaveLength(2);
  });

  it.each<[string, string, object, ErrorCode, RegExp]>([
    [
      'an endpoint that was not named',
      'other',
      context,
      ErrorCode.FLAG_NOT_FOUND,
      /allowed: fraud-decision, elsewhere/,
    ],
    [
      'an endpoint that is not served',
      'elsewhere',
      context,
      ErrorCode.FLAG_NOT_FOUND,
      /nothing is deployed as elsewhere/,
    ],
    ['a field that no answer has', `${NAME}/colour`, context, ErrorCode.FLAG_NOT_FOUND, /allowed: score, confidence/],
    ['a field of another type', `${NAME}/arm`, context, ErrorCode.TYPE_MISMATCH, /is a string, not a number/],
    ['nobody', NAME, { amount: 2 }, ErrorCode.TARGETING_KEY_MISSING, /targetingKey: is missing/],
    ['an attribute that is no value', NAME, { ...context, amount: [1] }, ErrorCode.INVALID_CONTEXT, /^amount: /],
    ['an input that is missing', NAME, { targetingKey: 'ada' }, ErrorCode.INVALID_CONTEXT, /amount is missing/],
    ['an input of another type', NAME, { ...context, amount: 'far' }, ErrorCode.INVALID_CONTEXT, /amount/],
  ])('says what is wrong: %s', async (_, key, given, code, message) => {
    const { client } = await edge();
    await Server.setProviderAndWait(new TiffinServerProvider({ client, endpoints }));
    const details = await Server.getClient().getNumberDetails(key, -1, given as never);
    expect(details).toMatchObject({ value: -1, reason: 'ERROR', errorCode: code });
    expect(details.errorMessage).toMatch(message);
  });

  it('says that a flag by an endpoint alone is no boolean, and that nobody answers', async () => {
    const { client, close } = await edge();
    await Server.setProviderAndWait(new TiffinServerProvider({ client, endpoints }));
    const flags = Server.getClient();
    expect(await flags.getBooleanDetails(NAME, true, context)).toMatchObject({
      value: true,
      errorCode: ErrorCode.TYPE_MISMATCH,
    });
    await close();
    expect(await flags.getNumberDetails(NAME, -1, context)).toMatchObject({ errorCode: ErrorCode.GENERAL });
  });

  it.each<[string, (release: string) => Traffic, boolean, object]>([
    ['the model alone', (release) => [{ kind: 'DEFAULT', release }], false, { reason: 'TARGETING_MATCH' }],
    [
      'a variant',
      (release) => [
        { kind: 'VARIANT', field: 'note', releases: { gift: release } },
        { kind: 'DEFAULT', release },
      ],
      false,
      { reason: 'TARGETING_MATCH', variant: 'note=gift' },
    ],
    ['what has expired', (release) => [{ kind: 'DEFAULT', release }], true, { reason: 'STALE' }],
    [
      'a kill',
      (release) => [
        { kind: 'KILL', reason: 'broken' },
        { kind: 'DEFAULT', release },
      ],
      false,
      { reason: 'DISABLED', flagMetadata: { fallback: 'KILLED' } },
    ],
  ])('gives the reason: %s', async (_, layers, stale, expected) => {
    const { client } = await edge(layers, () => ({ revision: 1, ageMs: 0, stale }));
    await Server.setProviderAndWait(new TiffinServerProvider({ client, endpoints }));
    const given = { ...context, note: 'gift' };
    expect(await Server.getClient().getBooleanDetails(`${NAME}/fallback`, false, given)).toMatchObject(expected);
  });
});

describe('the provider for pages', () => {
  const named = { [NAME]: endpoints[NAME]! };

  it('has the answers of each context at once, and never those of somebody else', async () => {
    const { client } = await edge();
    await Web.setContext(context);
    await Web.setProviderAndWait(new TiffinWebProvider({ client, endpoints: named }));
    const flags = Web.getClient();
    const own = await client.predict(NAME, { inputs: { user_id: 'ada', amount: 2 } });
    expect(flags.getNumberDetails(NAME, -1)).toMatchObject({ value: own.score, reason: 'SPLIT', variant: own.arm });

    const changing = Web.setContext({ ...context, targetingKey: 'bob', amount: 3 });
    expect(flags.getNumberDetails(NAME, -1)).toMatchObject({ value: -1, errorCode: ErrorCode.PROVIDER_NOT_READY });
    await changing;
    const next = await client.predict(NAME, { inputs: { user_id: 'bob', amount: 3 } });
    expect(flags.getNumberDetails(NAME, -1)).toMatchObject({ value: next.score, variant: next.arm });

    // Of one person the old answer stands until the new one is there.
    const more = Web.setContext({ ...context, targetingKey: 'bob', amount: 4 });
    expect(flags.getNumberValue(NAME, -1)).toBe(next.score);
    await more;
    expect(flags.getNumberValue(NAME, -1)).not.toBe(next.score);
  });

  it('goes by the newest context where an earlier one is answered later', async () => {
    const waits: (() => void)[] = [];
    const { client } = await edge();
    const slow: EdgeClient = {
      ...client,
      predict: async (...asked) => {
        await new Promise<void>((go) => waits.push(go));
        return client.predict(...asked);
      },
    };
    const starting = Web.setProviderAndWait(new TiffinWebProvider({ client: slow, endpoints: named }), context);
    await vi.waitFor(() => expect(waits).toHaveLength(1));
    waits[0]!();
    await starting;
    const [first, second] = [3, 4].map((amount) => Web.setContext({ ...context, amount }));
    await vi.waitFor(() => expect(waits).toHaveLength(3));
    waits[2]!();
    await vi.waitFor(async () =>
      expect(Web.getClient().getNumberValue(NAME, -1)).toBe(
        (await client.predict(NAME, { inputs: { user_id: 'ada', amount: 4 } })).score,
      ),
    );
    const newest = Web.getClient().getNumberValue(NAME, -1);
    waits[1]!();
    await Promise.all([first, second]);
    expect(Web.getClient().getNumberValue(NAME, -1)).toBe(newest);
  });

  it('asks again when the model in the browser is another one, and says when it has expired', async () => {
    let stale = false;
    const { client } = await edge(
      (release) => [{ kind: 'DEFAULT', release }],
      () => ({ revision: 1, ageMs: 0, stale }),
    );
    let tell = (): void => undefined;
    const updated: EdgeClient = {
      ...client,
      onUpdate: (listener) => {
        tell = () => listener(2);
        return () => (tell = () => undefined);
      },
    };
    await Web.setProviderAndWait(new TiffinWebProvider({ client: updated, endpoints: named }), context);
    const flags = Web.getClient();
    let changes = 0;
    flags.addHandler(ProviderEvents.ConfigurationChanged, () => void changes++);
    const { predictionId } = flags.getNumberDetails(NAME, -1).flagMetadata;
    stale = true;
    tell();
    await vi.waitFor(() => expect(changes).toBe(1));
    const after = flags.getNumberDetails(NAME, -1);
    expect(after.reason).toBe('STALE');
    expect(after.flagMetadata['predictionId']).not.toBe(predictionId);
    expect(flags.providerStatus).toBe(ProviderStatus.STALE);
    stale = false;
    tell();
    await vi.waitFor(() => expect(flags.providerStatus).toBe(ProviderStatus.READY));
  });

  it('starts where one endpoint answers, and fails where none does', async () => {
    const { client, close } = await edge();
    await Web.setProviderAndWait(new TiffinWebProvider({ client, endpoints }), context);
    expect(Web.getClient().getNumberDetails('elsewhere', -1)).toMatchObject({ errorCode: ErrorCode.FLAG_NOT_FOUND });
    expect(Web.getClient().getNumberDetails(NAME, -1).errorCode).toBeUndefined();
    await close();
    const provider = new TiffinWebProvider({ client, endpoints });
    await expect(Web.setProviderAndWait(provider, context)).rejects.toThrow('the edge cannot be reached');
    expect(Web.getClient().providerStatus).toBe(ProviderStatus.ERROR);
  });
});
