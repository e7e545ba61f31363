import { afterEach, describe, expect, it } from 'vitest';
import type { RecipeInput } from '../../../schema/recipe.ts';
import { SCOPES } from '../../../core/scopes.ts';
import { benchApp, type BenchApp, type BenchOptions } from '../support/bench-app.ts';
import { recipe, release, sha256 } from '../support/release.ts';

type Detectors = NonNullable<RecipeInput['detectors']>;

const path = '/v1/predict/fraud-decision';
const features = { user_txn__amount_24h: 3, user_txn__count_1h: 2 };
const instead = { kind: 'CONSTANT' as const, score: 0.4 };
const lacking = { kind: 'CONSTANT' as const, score: 0.5 };

let bench: BenchApp;
let monotonicMs = 0;
afterEach(() => bench?.close());

async function start(detectors: Detectors, options: Partial<BenchOptions> = {}): Promise<string> {
  const fallback = { default: lacking, causes: { DETECTED: instead } };
  const one = await release({ recipe: { ...recipe, fallback, detectors } as typeof recipe });
  monotonicMs = 0;
  bench = await benchApp({ releases: [one], monotonicMs: () => monotonicMs, ...options });
  return one.digest;
}

const ask = async (amount: number, given: object = { features }, headers = {}): Promise<any> =>
  (await bench.post(path, { inputs: { user_id: 'u1', amount }, ...given }, headers)).body;
async function asked(times: number, amount: number, given?: object): Promise<readonly (string | null)[]> {
  const causes: (string | null)[] = [];
  for (let i = 0; i < times; i++) causes.push((await ask(amount, given)).fallback?.cause ?? null);
  return causes;
}
const WITHOUT_FEATURES = {};

const errors = (change: Partial<Detectors[number]> = {}): Detectors => [
  {
    name: 'failing',
    watch: { kind: 'ERRORS', share: 0.4 },
    answers: 10,
    action: 'FALL_BACK',
    restMs: 5_000,
    ...change,
  },
];

describe('the detectors of a recipe', () => {
  it('let the declared fallback answer when too many answers fail, and the models again when they do', async () => {
    const digest = await start(errors());
    expect(await asked(6, 1)).toEqual(Array.from({ length: 6 }, () => null));
    // Four of ten are allowed, five are not.
    expect(await asked(4, 1, WITHOUT_FEATURES)).toEqual(Array.from({ length: 4 }, () => 'FEATURES_UNAVAILABLE'));
    expect(bench.changes).toEqual([]);
    await asked(1, 1, WITHOUT_FEATURES);
    expect(bench.changes).toMatchObject([
      { name: 'failing', state: 'TRIPPED', figure: 0.5, limit: 0.4, answers: 10, release: digest },
    ]);
    const stopped = await ask(1);
    expect(stopped).toMatchObject({ score: 0.4, fallback: { cause: 'DETECTED', action: 'CONSTANT' } });
    expect(stopped.fallback.detail).toContain('"failing" has tripped');
    expect((await bench.records()).at(-1)).toMatchObject({ fallback: 'DETECTED', score: 0.4 });

    monotonicMs = 4_999;
    expect(await asked(1, 1)).toEqual(['DETECTED']);
    monotonicMs = 5_000;
    expect(await asked(9, 1)).toEqual(Array.from({ length: 9 }, () => null));
    expect(bench.deps.detectors.report(bench.deployment, digest)).toMatchObject([{ state: 'CHECKING', answers: 9 }]);
    await asked(1, 1);
    expect(bench.changes.map(({ state }) => state)).toEqual(['TRIPPED', 'WATCHING']);
  });

  it('trip again after their rest where nothing has changed', async () => {
    await start(errors());
    await asked(10, 1, WITHOUT_FEATURES);
    monotonicMs = 5_000;
    expect(await asked(10, 1, WITHOUT_FEATURES)).toEqual(Array.from({ length: 10 }, () => 'FEATURES_UNAVAILABLE'));
    expect(await asked(1, 1)).toEqual(['DETECTED']);
    expect((await bench.get('/metrics')).body).toContain('detector="failing"} 2');
  });

  it('only report where they are to, and say when it is over', async () => {
    await start(errors({ action: 'REPORT' }));
    await asked(10, 1, WITHOUT_FEATURES);
    expect(await asked(10, 1)).toEqual(Array.from({ length: 10 }, () => null));
    expect(bench.changes.map(({ state, figure }) => [state, figure])).toEqual([
      ['TRIPPED', 1],
      ['WATCHING', 0.4],
    ]);
    expect((await bench.get('/metrics')).body).toMatch(/detector_tripped\{deployment="fraud-decision@production".* 0/);
  });

  it('see values outside of their range', async () => {
    await start([{ name: 'large', watch: { kind: 'RANGE', field: 'amount', max: 100, share: 0.1 }, answers: 10 }]);
    await asked(9, 100);
    await asked(2, 101);
    expect(bench.changes).toMatchObject([{ state: 'TRIPPED', figure: 0.2 }]);
  });

  it('see values that drift from the shares of a reference', async () => {
    const watch = { kind: 'DRIFT' as const, field: 'amount', edges: [10, 20], shares: [0.5, 0.25, 0.25], psi: 0.2 };
    await start([{ name: 'drifted', watch, answers: 20 }]);
    for (let i = 0; i < 5; i++) for (const amount of [1, 2, 10, 20]) await ask(amount);
    expect(bench.changes).toEqual([]);
    // Bins are [low, high): .5, .25, .25, as the reference; then every answer moves one from the first to the last.
    for (let moved = 1; bench.changes.length === 0 && moved < 20; moved++) await ask(25);
    const figure = bench.changes[0]!.figure!;
    const last = bench.deps.detectors.report(bench.deployment, bench.digest)[0]!;
    expect(last).toMatchObject({ state: 'TRIPPED', answers: 20, figure });
    const psiOf = (shares: readonly number[]): number =>
      shares.reduce((sum, q, i) => sum + (q - watch.shares[i]!) * Math.log(q / watch.shares[i]!), 0);
    const moved = [...Array(20).keys()].find((n) => psiOf(sharesAfter(n)) > 0.2)!;
    expect(figure).toBeCloseTo(psiOf(sharesAfter(moved)), 12);
  });

  it('do not heed public keys, which may ask anything', async () => {
    const phone = {
      id: 'phone',
      sha256: sha256('phone'),
      scopes: SCOPES,
      project: 'default',
      trust: 'device',
    } as const;
    await start(errors(), { keys: [phone] });
    for (let i = 0; i < 20; i++) await ask(1, WITHOUT_FEATURES, { authorization: 'Bearer phone' });
    expect(bench.changes).toEqual([]);
    expect(await asked(1, 1)).toEqual([null]);
  });

  it('count what has no answer at all', async () => {
    const refusing = { default: { kind: 'REFUSE' as const }, causes: { DETECTED: instead } };
    const one = await release({ recipe: { ...recipe, fallback: refusing, detectors: errors() } as typeof recipe });
    monotonicMs = 0;
    bench = await benchApp({ releases: [one], monotonicMs: () => monotonicMs });
    for (let i = 0; i < 10; i++)
      expect((await bench.post(path, { inputs: { user_id: 'u1', amount: 1 } })).status).toBe(503);
    // A caller's own mistake is none of the release's.
    expect((await bench.post(path, { inputs: {} })).status).toBe(422);
    expect(bench.changes).toMatchObject([{ state: 'TRIPPED', figure: 1 }]);
    expect(await ask(1)).toMatchObject({ score: 0.4, fallback: { cause: 'DETECTED' } });
  });

  it('are forgotten with their release', async () => {
    const digest = await start(errors());
    await asked(1, 1);
    const { detectors } = bench.deps;
    detectors.keepOnly([[bench.deployment, digest]]);
    expect(detectors.report(bench.deployment, digest)).toHaveLength(1);
    detectors.keepOnly([]);
    expect(detectors.report(bench.deployment, digest)).toEqual([]);
  });
});

/** The reference's shares of 20 answers after the first `n` were pushed out by as many values of the last bin. */
function sharesAfter(n: number): readonly number[] {
  const cells = Array.from({ length: 5 }, () => [0, 0, 1, 2]).flat();
  const now = [...cells.slice(n), ...Array.from({ length: n }, () => 2)];
  return [0, 1, 2].map((bin) => now.filter((cell) => cell === bin).length / 20);
}
