import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SCOPES } from '../../core/scopes.ts';
import { readConfig } from '../../edge/adapters/node/config.ts';
import { startEdge, type RunningEdge } from '../../edge/adapters/node/main.ts';
import { makeSigner, TestControlPlane } from './support/control-plane.ts';
import { CLIENT_KEY, edgePlace, get, post, until, type EdgePlace } from './support/edge-process.ts';
import { release, sha256 } from './support/release.ts';

const path = '/v1/predict/fraud-decision';
const body = { inputs: { user_id: 'u', amount: 1 }, features: { user_txn__amount_24h: 1, user_txn__count_1h: 1 } };

let control: TestControlPlane;
let place: EdgePlace;
let edge: RunningEdge | undefined;
let logged: any[];

beforeEach(async () => {
  control = await TestControlPlane.start();
  place = edgePlace(control);
  logged = [];
  await control.publish([await release()]);
  const log = pino({ level: 'info' }, { write: (line) => void logged.push(JSON.parse(line)) });
  edge = await startEdge(readConfig(place.env), { log });
});
afterEach(async () => {
  await edge?.stop();
  edge = undefined;
  await control.down();
  place.remove();
});

const url = (): string => edge!.url;
const replace = (setting: string, text: string): void => {
  const file = place.env[setting]!;
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
};
const entry = (key: string) => ({
  id: key,
  sha256: sha256(key),
  scopes: SCOPES,
  trust: 'server',
  owner: 'user:client',
});
const statusWith = async (key: string): Promise<number> => {
  const answer = await fetch(`${url()}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  await answer.text();
  return answer.status;
};
const readable = async (setting: string, is: 0 | 1): Promise<boolean> =>
  (await get(url(), '/metrics')).body.includes(`key_file_readable{setting="${setting}"} ${is}`);

describe('the file of keys, while the edge runs', () => {
  it('lets a key in that was added, and one out that is gone', async () => {
    expect(await statusWith('second')).toBe(401);
    replace('TIFFIN_KEYS_FILE', JSON.stringify([entry(CLIENT_KEY), entry('second')]));
    await until('the new key works', async () => (await statusWith('second')) === 200);
    expect(await statusWith(CLIENT_KEY), 'the one before works too').toBe(200);
    replace('TIFFIN_KEYS_FILE', JSON.stringify([entry('second')]));
    await until('the old key stops', async () => (await statusWith(CLIENT_KEY)) === 401);
    expect(await statusWith('second')).toBe(200);
  });

  it.each([
    ['is no JSON', '[{'],
    ['holds something else', '{"keys": []}'],
    ['is gone', null],
  ])('keeps the keys that were good when it %s, says so, and takes the next good one', async (_, text) => {
    expect(await readable('TIFFIN_KEYS_FILE', 1)).toBe(true);
    if (text === null) rmSync(place.env['TIFFIN_KEYS_FILE']!);
    else replace('TIFFIN_KEYS_FILE', text);
    await until('the metric says so', () => readable('TIFFIN_KEYS_FILE', 0));
    expect(logged.filter(({ level }) => level >= 50)).toMatchObject([
      { setting: 'TIFFIN_KEYS_FILE', msg: expect.stringContaining('cannot be read: the keys before it stay') },
    ]);
    expect(await statusWith(CLIENT_KEY)).toBe(200);
    replace('TIFFIN_KEYS_FILE', JSON.stringify([entry(CLIENT_KEY), entry('third')]));
    await until('the next good file counts', async () => (await statusWith('third')) === 200);
    await until('the metric says that too', () => readable('TIFFIN_KEYS_FILE', 1));
  });
});

it('trusts a signer that is added to its file while it runs, and what it holds stays when the file breaks', async () => {
  const serves = async (): Promise<boolean> => (await post(url(), path, body)).status === 200;
  await until('it serves', serves);
  const other = await makeSigner('other');
  const before = JSON.parse(readFileSync(place.env['TIFFIN_TRUSTED_KEYS_FILE']!, 'utf8')) as object;
  replace('TIFFIN_TRUSTED_KEYS_FILE', '{"other": "no key"}');
  await until('the metric says so', () => readable('TIFFIN_TRUSTED_KEYS_FILE', 0));
  expect(await serves()).toBe(true);
  replace('TIFFIN_TRUSTED_KEYS_FILE', JSON.stringify({ ...before, other: other.publicKey }));
  await until('it is read', () => readable('TIFFIN_TRUSTED_KEYS_FILE', 1));
  const next = await release({ number: 2 });
  await control.publish([next], { signers: [other] });
  await until(
    'what the new signer signed serves',
    async () => (await post(url(), path, body)).body.release === next.digest,
  );
});
