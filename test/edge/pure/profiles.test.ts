import { afterEach, describe, expect, it } from 'vitest';
import { decodeProfiles } from '../../../core/sketch/profile-codec.ts';
import type { NumberProfile, ValueProfile } from '../../../core/sketch/value-profile.ts';
import { ProfileRecord } from '../../../schema/profile.ts';
import { benchApp, type BenchApp, type BenchOptions } from '../support/bench-app.ts';
import { recipe, release, sha256 } from '../support/release.ts';

let bench: BenchApp;
afterEach(() => bench?.close());

const AT = '2026-03-10T11:20:00.000Z';
const segments = [{ name: 'state', expression: 'note', values: ['CA', 'NY', 'TX', 'WA'] }];

async function start(change: object = {}, options: Partial<BenchOptions> = {}): Promise<void> {
  bench = await benchApp({ releases: [await release({ recipe: { ...recipe, segments, ...change } })], ...options });
}

const ask = async (amount: number, note?: string, more: object = {}, headers: Record<string, string> = {}) => {
  const features = { user_txn__amount_24h: amount * 2, user_txn__count_1h: null };
  const inputs = { user_id: 'u1', amount, ...(note !== undefined && { note }) };
  const { status, body } = await bench.post(
    '/v1/predict/fraud-decision',
    { inputs, features, at: AT, ...more },
    headers,
  );
  expect(status).toBe(200);
  return body;
};

/** What the log holds of profiles, in a form that the contract takes. */
async function flushed(): Promise<(ProfileRecord & { readonly of: Map<string, ValueProfile> })[]> {
  await bench.deps.profiles.flush();
  const records = (await bench.records()).filter(({ kind }) => kind === 'profile');
  return records.map(({ kind: _kind, ...record }) => {
    const parsed = ProfileRecord.parse(record);
    return { ...parsed, of: decodeProfiles(Buffer.from(parsed.values.base64, 'base64')) };
  });
}

const momentsOf = ({ n, mean, min, max }: NumberProfile): readonly number[] => [n, mean, min, max];

describe('profiles of answers', () => {
  it('count all answers, also those that sampling keeps out of the log', async () => {
    await start({ logging: { sampleRate: 0 } });
    const scores: number[] = [];
    for (const amount of [1, 2, 6]) scores.push((await ask(amount)).score);
    expect(await bench.records()).toEqual([]);
    const [part, ...others] = await flushed();
    expect(others).toEqual([]);
    expect(part).toMatchObject({
      deployment: 'tiffin:default:deployment:fraud-decision@production',
      models: ['tiffin:default:model-version:fraud@1'],
      arm: null,
      segment: null,
      occurredAt: '2026-03-10T11:00:00.000Z',
      answers: 3,
      seq: 0,
    });
    expect(part!.trust).toBeUndefined();
    const { of } = part!;
    // A text is no number, and whose it is is personal: of inputs only the amount is counted.
    expect([...of.keys()].toSorted()).toEqual(['amount', 'score', 'user_txn__amount_24h', 'user_txn__count_1h']);
    expect(momentsOf(of.get('amount')!.numbers)).toEqual([3, 3, 1, 6]);
    expect(momentsOf(of.get('user_txn__amount_24h')!.numbers)).toEqual([3, 6, 2, 12]);
    expect(Object.fromEntries(of.get('user_txn__count_1h')!.statuses)).toEqual({ DEFAULTED: 3 });
    const mean = scores.reduce((sum, score) => sum + score, 0) / 3;
    expect(momentsOf(of.get('score')!.numbers)).toEqual([
      3,
      expect.closeTo(mean, 12),
      Math.min(...scores),
      Math.max(...scores),
    ]);
  });

  it('hold nothing that the recipe keeps out of the log', async () => {
    await start({ logging: { inputs: false, features: false } });
    await ask(1);
    expect((await flushed()).map(({ of }) => [...of.keys()])).toEqual([['score']]);
  });

  it('stand apart by segment, hour and whose key asked', async () => {
    await start(
      {},
      {
        keys: [{ id: 'app', sha256: sha256('app-key'), scopes: ['edge:predict'], project: 'default', trust: 'device' }],
      },
    );
    await ask(1, 'CA');
    await ask(2, 'CA');
    await ask(3, 'elsewhere');
    await ask(4, 'CA', { at: '2026-03-10T12:00:00.000Z' });
    await ask(5, 'CA', {}, { authorization: 'Bearer app-key' });
    const parts = await flushed();
    const shown = parts.map(({ segment, occurredAt, trust, answers }) =>
      [occurredAt.slice(11, 13), trust ?? 'server', segment?.value ?? 'all', answers].join(' '),
    );
    expect(shown.toSorted()).toEqual([
      '11 device CA 1',
      '11 device all 1',
      '11 server CA 2',
      '11 server all 3',
      '11 server other 1',
      '12 server CA 1',
      '12 server all 1',
    ]);
    expect(parts.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(parts.map((_, i) => i));
    expect(new Set(parts.map(({ run }) => run)).size).toBe(1);
  });

  it('add to what was written before, and write nothing where nothing was answered', async () => {
    await start();
    await ask(1);
    await bench.deps.profiles.flush();
    await bench.deps.profiles.flush();
    await ask(2);
    expect((await flushed()).map(({ seq, answers }) => [seq, answers])).toEqual([
      [0, 1],
      [1, 1],
    ]);
  });

  it('count segments under `other` beyond the memory that they may take, and say so', async () => {
    await start({}, { profileBytes: 1 });
    for (const note of ['CA', 'NY', 'TX']) await ask(1, note);
    const parts = await flushed();
    const of = (value: string | null): number =>
      parts.filter(({ segment }) => (segment?.value ?? null) === value).reduce((sum, { answers }) => sum + answers, 0);
    expect([of(null), of('other'), of('CA'), of('NY')]).toEqual([3, 3, 0, 0]);
    const { body } = await bench.get('/metrics');
    expect(body).toContain('profile_folded_total 3');
    expect(body).toContain('profile_answers_total 3');
  });

  it('are not counted where they may take no memory', async () => {
    await start({}, { profileBytes: 0 });
    await ask(1);
    expect(await flushed()).toEqual([]);
  });

  it('that find no room in the log are dropped, and counted', async () => {
    await start({}, { log: { maxRecords: 1 } });
    await ask(1);
    expect(await flushed()).toEqual([]);
    expect((await bench.get('/metrics')).body).toContain('profile_dropped_total 1');
    expect(bench.log.account()).toMatchObject({ answered: 1, queued: 1, dropped: {} });
  });
});
