import { clearCache, GrowthBook, setPolyfills, type TrackingCallback } from '@growthbook/growthbook';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { choose } from '../../core/traffic/choose.ts';
import { GrowthbookError } from '../../schema/growthbook.ts';
import { sha256OfKey } from '../../subgraphs/shared/auth/key-ring.ts';
import { benchApp, KEY as SERVER_KEY } from '../edge/support/bench-app.ts';
import { release } from '../edge/support/release.ts';
import { atEnd } from '../support/at-end.ts';
import { layersAhead, startClientEvaluation, type ClientEvaluation } from '../support/client-evaluation.ts';
import { FetchedEventSource } from '../support/event-source.ts';
import { testKeys } from '../support/keys.ts';
import { DEVICE_KEY, NOW, prediction, range, uuid } from '../support/monitoring.ts';
import { serveApp } from '../support/serve-app.ts';

/** One install; each test has an experiment on a deployment of its own. */
let own: ClientEvaluation;
let edgeUrl: string;
let records: () => Promise<any[]>;
beforeAll(async () => {
  own = await startClientEvaluation();
  const sha256 = sha256OfKey(testKeys.evaluating);
  const edge = await benchApp({
    releases: [await release()],
    keys: [{ id: 'page', sha256, scopes: ['monitoring:ingest'], project: 'default', trust: 'device' }],
    nowMs: () => NOW.getTime(),
  });
  atEnd(() => edge.close());
  edgeUrl = (await serveApp(edge.app)).url;
  records = () => edge.records();
  setPolyfills({ EventSource: FetchedEventSource as never });
}, 120_000);

describe('GET /api/features/{clientKey}', { timeout: 120_000 }, () => {
  it("gives the units of GrowthBook's own SDK the arms of the traffic that edges have, and what comes after", async () => {
    const name = 'ranking';
    const { place, id } = await own.started(name, layersAhead);
    expect(await own.featureOf(name)).toBeUndefined();
    await own.show(name, id);
    // A key that is held to other endpoints is shown nothing of it.
    expect((await own.ask(testKeys.evaluatingTold)).body.features).toEqual({});

    const layers = await own.layersOf(place);
    expect(layers.map(({ kind }: any) => kind)).toEqual(['HOLDOUT', 'VARIANT', 'ALLOCATION', 'DEFAULT']);
    await clearCache();
    const sdk = new GrowthBook({ apiHost: own.apiHost, clientKey: testKeys.evaluating });
    atEnd(() => sdk.destroy());
    expect(await sdk.init({ streaming: true })).toMatchObject({ success: true, source: 'network' });
    const met = { today: 0, newer: 0, none: 0 };
    for (const n of range(0, 400)) {
      const attributes: Record<string, string> = { user: `ü-${n}`, country: n % 4 === 0 ? 'DE' : 'AT' };
      await sdk.setAttributes(attributes);
      const theirs = sdk.evalFeature(name).experimentResult?.key ?? null;
      expect(theirs).toBe(
        choose(layers, { unitOf: (field) => attributes[field] ?? null, meets: () => false }, NOW.getTime()).arm,
      );
      met[(theirs ?? 'none') as keyof typeof met]++;
    }
    expect(Math.min(...Object.values(met))).toBeGreaterThan(50);

    // What happens to it reaches the SDK by itself.
    const until = (value: string): Promise<void> =>
      vi.waitFor(() => expect(sdk.evalFeature(name)).toMatchObject({ value, source: 'defaultValue' }), {
        timeout: 20_000,
        interval: 25,
      });
    await own.act('stopExperiment', { experiment: id, reason: 'enough' });
    await until('today');
    await own.act('decideExperiment', { experiment: id, ships: true, reason: 'it sells more' });
    await until('newer');
    await own.act('archiveExperiment', { experiment: id });
    expect(await own.featureOf(name)).toBeUndefined();
    const late = await own.act('setClientEvaluation', { experiment: id, allowed: false });
    expect(late.errors[0].extensions).toMatchObject({ code: 'INVALID_TRANSITION', from: 'ARCHIVED' });
  });

  it('can be kept by whoever stands between, and is read by any page', async () => {
    const { headers, body } = await own.ask(testKeys.evaluating);
    expect(body.status).toBe(200);
    expect(headers.get('cache-control')).toMatch(/^public, max-age=30, /);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    const etag = headers.get('etag')!;
    const again = await own.ask(testKeys.evaluating, { 'if-none-match': `W/${etag}` });
    expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, null, etag]);
    expect((await own.ask(testKeys.evaluating, { 'if-none-match': '"another"' })).status).toBe(200);
  });

  it("refuses in GrowthBook's form, and takes no secret in an address", async () => {
    const [unknown, secret, closed] = await Promise.all(
      ['sdk-unknown', testKeys.with('experiment:evaluate'), testKeys.device].map((key) => own.ask(key)),
    );
    expect(
      [unknown, secret, closed].map((answer) => [answer!.status, GrowthbookError.parse(answer!.body).status]),
    ).toEqual([
      [401, 401],
      [403, 403],
      [403, 403],
    ]);
    expect(secret!.body.error).toContain('does not belong in an address');
    expect(closed!.body.error).toContain('experiment:evaluate');
  });
});

describe('exposures of an SDK', { timeout: 120_000 }, () => {
  /** The callback of docs/coming-from-growthbook.md. */
  const tellBy =
    (
      key: string,
      sent: Promise<Response>[],
      idOf: (unit: string) => string = () => crypto.randomUUID(),
    ): TrackingCallback =>
    (experiment, result) => {
      sent.push(
        fetch(`${edgeUrl}/v1/exposures`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({
            exposures: [
              {
                id: crypto.randomUUID(),
                predictionId: idOf(result.hashValue),
                holder: experiment.key,
                holderRevision: Number(experiment.phase),
                unit: result.hashValue,
                arm: result.key,
                occurredAt: NOW.toISOString(),
              },
            ],
          }),
        }),
      );
    };

  const exposed = async (id: string, trust: string): Promise<Record<string, number>> => {
    const { data } = await own.experiments.ask(
      `query ($id: ID!) { experiment(id: $id) { result(trust: ${trust}) { arms { arm exposed } } } }`,
      { id },
      'viewer',
    );
    return Object.fromEntries(data.experiment.result.arms.map(({ arm, exposed: units }: any) => [arm, units]));
  };

  it('are what outcomes of units that never asked an edge go by, whichever comes first', async () => {
    const definition = { kind: 'MEAN', measure: 'OUTCOME', higherIsBetter: true };
    const create = 'mutation ($input: CreateMetricInput!) { createMetric(input: $input) { metric { id } } }';
    expect((await own.experiments.ask(create, { input: { name: 'baskets', definition } })).errors).toBeUndefined();
    const { id } = await own.started('bought', () => [], { secondary: [{ metric: 'baskets' }] });
    await own.show('bought', id);
    const sent: Promise<Response>[] = [];
    const ids = new Map<string, string>();
    const arms = new Map<string, string>();
    await clearCache();
    const tell = tellBy(SERVER_KEY, sent, (unit) => ids.get(unit)!);
    const sdk = new GrowthBook({ apiHost: own.apiHost, clientKey: testKeys.evaluating, trackingCallback: tell });
    await sdk.init();
    const before = (await records()).length;
    for (const n of range(0, 100)) {
      ids.set(`b-${n}`, uuid(n, 77));
      await sdk.setAttributes({ user: `b-${n}` });
      const arm = sdk.evalFeature('bought').experimentResult?.key;
      if (arm !== undefined) arms.set(`b-${n}`, arm);
    }
    sdk.destroy();
    await Promise.all(sent);
    const exposures = (await records())
      .slice(before)
      .flatMap(({ kind, ...record }) => (kind === 'exposure' ? [record] : []));
    expect(exposures).toHaveLength(arms.size);

    // Of each arm's units every second buys something; half of what is said comes before the exposures.
    const units = [...arms.keys()];
    const outcomes = units.map((unit, n) => ({
      id: uuid(n, 78),
      predictionId: ids.get(unit),
      value: n % 2,
      occurredAt: NOW.toISOString(),
    }));
    const half = Math.floor(units.length / 2);
    const say = async (some: readonly object[]) =>
      expect((await own.monitoring.send('/v1/outcomes', { outcomes: some })).body).toMatchObject({
        acked: { length: some.length },
        rejected: [],
      });
    await say(outcomes.slice(0, half));
    expect((await own.monitoring.send('/v1/predictions', { node: 'edge-1', exposures })).body.rejected).toEqual([]);
    await say(outcomes.slice(half));
    // What happened before the unit met its arm is no answer to it, and what a device says is shown apart.
    const [first] = outcomes;
    await say([{ ...first, id: uuid(1, 79), value: 1, occurredAt: new Date(NOW.getTime() - 1).toISOString() }]);
    const device = { outcomes: [{ ...first, id: uuid(2, 79), value: 1 }] };
    await own.monitoring.send('/v1/outcomes', device, DEVICE_KEY);

    const counted = Object.fromEntries(
      ['today', 'newer'].map((arm) => {
        const mine = units.flatMap((unit, n) => (arms.get(unit) === arm ? [n % 2] : []));
        return [
          arm,
          { exposed: mine.length, labelled: mine.length, converted: mine.filter((value) => value === 1).length },
        ];
      }),
    );
    const rateOf = (seen: any): number => seen.converted / seen.exposed;
    const [control, value] = ['today', 'newer'].map((arm) => expect.closeTo(rateOf(counted[arm]), 12));
    const expected = { ...counted, secondary: [{ arm: 'newer', control, value }] };
    const result = async () => {
      const { data } = await own.experiments.ask(
        'query ($id: ID!) { experiment(id: $id) { result { arms { arm exposed labelled converted } secondary { arm control value } } } }',
        { id },
        'viewer',
      );
      const { arms: seen, secondary } = data.experiment.result;
      return { secondary, ...Object.fromEntries(seen.map(({ arm, ...counts }: any) => [arm, counts])) };
    };
    await vi.waitFor(async () => expect(await result()).toEqual(expected), { timeout: 20_000, interval: 50 });
    const account = '{ outcomeAccount { pending joined givenUp refused } }';
    const { data } = await own.monitoring.ask(account, {}, 'viewer');
    expect(data.outcomeAccount).toMatchObject({ joined: units.length, refused: 0 });

    // A prediction that comes late takes its outcomes all the same, and nothing counts twice.
    await own.monitoring.send('/v1/predictions', {
      node: 'edge-1',
      predictions: [prediction(0, { id: ids.get(units[1]!)!, occurredAt: NOW.toISOString() })],
    });
    const found = await own.monitoring.ask(
      'query ($id: ID!) { prediction(id: $id) { outcome { value } } }',
      { id: ids.get(units[1]!) },
      'viewer',
    );
    expect(found.data.prediction.outcome.value).toBe(1);
    expect(await result()).toEqual(expected);
    const after = await own.monitoring.ask(account, {}, 'viewer');
    expect(after.data.outcomeAccount).toEqual(data.outcomeAccount);
  });

  it("count as a device's where a page sends them, and as a server's where a back end with its own key does", async () => {
    const { id } = await own.started('told');
    await own.show('told', id);
    expect(Object.keys((await own.ask(testKeys.evaluatingTold)).body.features)).toEqual(['told']);
    const met: Record<string, Record<string, number>> = {};
    for (const [trust, key, users] of [
      ['DEVICE', testKeys.evaluating, 40],
      ['SERVER', SERVER_KEY, 60],
    ] as const) {
      const sent: Promise<Response>[] = [];
      await clearCache();
      const sdk = new GrowthBook({
        apiHost: own.apiHost,
        clientKey: testKeys.evaluating,
        trackingCallback: tellBy(key, sent),
      });
      await sdk.init();
      met[trust] = { today: 0, newer: 0 };
      for (const n of range(0, users)) {
        await sdk.setAttributes({ user: `${trust}-${n}` });
        for (const _ of [1, 2]) sdk.isOn('told');
        const arm = sdk.evalFeature('told').experimentResult?.key;
        if (arm !== undefined) met[trust][arm]!++;
      }
      sdk.destroy();
      const answers = await Promise.all(sent);
      expect(answers).toHaveLength(met[trust]['today']! + met[trust]['newer']!);
      for (const answer of answers) expect(await answer.json()).toMatchObject({ rejected: [] });
    }
    const exposures = (await records()).flatMap(({ kind, ...record }) => (kind === 'exposure' ? [record] : []));
    expect((await own.monitoring.send('/v1/predictions', { node: 'edge-1', exposures })).body.rejected).toEqual([]);
    await vi.waitFor(async () => expect(await exposed(id, 'DEVICE')).toEqual(met['DEVICE']), { timeout: 20_000 });
    await vi.waitFor(async () => expect(await exposed(id, 'SERVER')).toEqual(met['SERVER']), { timeout: 20_000 });

    // Its owner's word counts, and is on record.
    expect((await own.act('setClientEvaluation', { experiment: id, allowed: true })).eventCursor).toBeNull();
    await own.act('setClientEvaluation', { experiment: id, allowed: false });
    expect(await own.featureOf('told')).toBeUndefined();
    const actions = await own.experiments.db.query(
      `select record->>'action' as action from audit_record where record->>'subject' = $1 order by seq`,
      [id],
    );
    expect(actions.map(({ action }) => action)).toEqual([
      'experiment.create',
      'experiment.start',
      'experiment.set-client-evaluation',
      'experiment.set-client-evaluation',
    ]);
  });
});
