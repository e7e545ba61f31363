import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { FileRecordLog } from '../../../edge/adapters/node/file-record-log.ts';
import type { Account, NewRecord, Settlement } from '../../../edge/telemetry/record-log.ts';
import { smallDisk } from '../support/disk.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: string;
let log: FileRecordLog;
let faults: unknown[];

const open = (change: Partial<ConstructorParameters<typeof FileRecordLog>[0]> = {}): FileRecordLog =>
  (log = new FileRecordLog({
    folder,
    maxRecords: 1_000,
    maxBytes: 1e9,
    segmentBytes: 2_000,
    fsyncMs: 1_000,
    onFault: (error) => void faults.push(error),
    ...change,
  }));

const record = (id: string, change: Partial<NewRecord> = {}): NewRecord => ({
  kind: 'prediction',
  id,
  json: JSON.stringify({ id, text: 'tab\t line\n "quote"', filler: 'x'.repeat(100) }),
  whenFull: 'DROP',
  ...change,
});
const add = async (count: number, from = 0): Promise<boolean[]> => {
  const kept: boolean[] = [];
  for (let i = 0; i < count; i += 10) {
    const few = Array.from({ length: Math.min(10, count - i) }, (_, j) => log.append(record(`r${from + i + j}`)));
    kept.push(...(await Promise.all(few)));
  }
  return kept;
};
const all = async (): Promise<any[]> => (await log.next(10_000)).map(({ json }) => JSON.parse(json));
const settlementsOf = async (most: number, why?: { code: string; message: string }): Promise<Settlement[]> =>
  (await log.next(most)).map(({ number, kind, id, json }) => ({
    number,
    kind,
    rejected: why ? { ...why, id, json } : null,
  }));
const balance = ({ answered, queued, acked, sampledOut, dropped }: Account): number =>
  answered - queued - acked - sampledOut - Object.values(dropped).reduce((sum, count) => sum + count, 0);

/** As if the process had died: what is open stays open, nothing is flushed. */
const crash = (): FileRecordLog => open();

beforeEach(() => {
  folder = temporaryFolder('record-log');
  faults = [];
});

describe('the record log', () => {
  it('keeps records in order, whole, with seq and epoch, over a crash', async () => {
    open();
    const { epoch } = log;
    await add(50);
    crash();
    expect(log.epoch).toBe(epoch);
    const records = await all();
    expect(records.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, i) => `r${i}`));
    expect(records.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(records[7]).toMatchObject({ epoch, text: 'tab\t line\n "quote"' });
    expect(readdirSync(folder).filter((name) => name.endsWith('.log')).length).toBeGreaterThan(1);
    expect(log.account()).toEqual({ answered: 50, queued: 50, acked: 0, sampledOut: 0, dropped: {} });
  });

  it('goes on with the next seq after a crash, whether the last answers had records or not', async () => {
    open();
    await add(3);
    await log.sampledOut();
    crash();
    await add(1, 3);
    expect((await all()).map(({ seq }) => seq)).toEqual([0, 1, 2, 4]);
    await log.settle(await settlementsOf(10));
    crash();
    await add(1, 4);
    expect((await all()).map(({ seq }) => seq)).toEqual([5]);
    expect(log.account()).toEqual({ answered: 6, queued: 1, acked: 4, sampledOut: 1, dropped: {} });
  });

  it('settles by record, over crashes, and lets go of files that are done with', async () => {
    open();
    await add(60);
    const files = readdirSync(folder).length;
    await log.settle(await settlementsOf(25));
    expect((await all())[0].id).toBe('r25');
    crash();
    expect((await all()).map(({ id }) => id)).toEqual(Array.from({ length: 35 }, (_, i) => `r${25 + i}`));
    expect(readdirSync(folder).length).toBeLessThan(files);
    await log.settle(await settlementsOf(5, { code: 'INVALID_INPUT', message: 'no' }));
    await log.settle(await settlementsOf(100));
    crash();
    expect(log.account()).toEqual({ answered: 60, queued: 0, acked: 55, sampledOut: 0, dropped: { REJECTED: 5 } });
    expect(log.size).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['account', 'rejected.jsonl']);
    const [first = ''] = readFileSync(join(folder, 'rejected.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(first)).toMatchObject({ id: 'r25', kind: 'prediction', code: 'INVALID_INPUT', message: 'no' });
    expect(JSON.parse(JSON.parse(first).json)).toMatchObject({ id: 'r25', seq: 25 });
  });

  it.each([
    ['one byte', 1],
    ['half a record', 80],
    ['all but its first byte', 150],
  ])('ignores what a killed process left unfinished: %s is missing', async (_, missing) => {
    open({ segmentBytes: 1e6 });
    await add(3);
    const name = readdirSync(folder).find((file) => file.endsWith('.log'))!;
    const path = join(folder, name);
    truncateSync(path, readFileSync(path).length - missing);
    crash();
    expect((await all()).map(({ id }) => id)).toEqual(['r0', 'r1']);
    await add(1, 9);
    expect((await all()).map(({ id, seq }) => [id, seq])).toEqual([
      ['r0', 0],
      ['r1', 1],
      ['r9', 2],
    ]);
    expect(balance(log.account())).toBe(0);
  });

  it('ignores an unfinished note of what is settled: those are sent once more', async () => {
    open({ segmentBytes: 1e6 });
    await add(3);
    await log.settle(await settlementsOf(1));
    const done = readdirSync(folder).find((file) => file.endsWith('.done'))!;
    appendFileSync(join(folder, done), '2');
    crash();
    expect((await all()).map(({ id }) => id)).toEqual(['r1', 'r2']);
    expect(balance(log.account())).toBe(0);
  });

  it('survives the loss of one slot of its account, and refuses to guess without both', async () => {
    open();
    await log.sampledOut();
    await log.sampledOut();
    const path = join(folder, 'account');
    const whole = readFileSync(path);
    const newest = whole.subarray(0, 4_096).toString().includes('"sampledOut":2') ? 0 : 4_096;
    writeFileSync(path, Buffer.from(whole).fill(0, newest, newest + 100));
    crash();
    expect(log.account().sampledOut).toBe(1);
    writeFileSync(path, Buffer.alloc(8_192));
    expect(() => crash()).toThrow('is damaged: move its folder away');
  });

  it('ends a crash between the account and the files that are done with', async () => {
    open();
    await add(40);
    const kept = readdirSync(folder).filter((name) => name.startsWith('0000000001'));
    const bytes = new Map(kept.map((name) => [name, readFileSync(join(folder, name))]));
    await log.settle(await settlementsOf(40));
    for (const [name, content] of bytes) writeFileSync(join(folder, name), content);
    crash();
    expect(log.account()).toEqual({ answered: 40, queued: 0, acked: 40, sampledOut: 0, dropped: {} });
    expect(await all()).toEqual([]);
  });

  it.each([
    ['records', { maxRecords: 5 }],
    ['bytes', { maxBytes: 5 * record('r0').json.length + 10 }],
  ])('holds to its bound of %s: drops and counts, or refuses', async (_, bound) => {
    open(bound);
    expect(await add(7)).toEqual([true, true, true, true, true, false, false]);
    await expect(log.append(record('x', { whenFull: 'REFUSE' }))).rejects.toThrow(
      'nothing is answered without a record',
    );
    expect(await log.append(record('o', { kind: 'exposure' }))).toBe(false);
    crash();
    const account = log.account();
    expect(account).toEqual({ answered: 7, queued: 5, acked: 0, sampledOut: 0, dropped: { QUEUE_FULL: 2 } });
    await log.settle(await settlementsOf(100));
    open(bound);
    expect(await add(1, 50)).toEqual([true]);
    expect((await all())[0].seq).toBe(7);
  });

  it('forces each write to the disk before it answers, where that is asked for', async () => {
    open({ fsyncMs: 0 });
    expect(await add(3)).toEqual([true, true, true]);
    await log.sampledOut();
    crash();
    expect(log.account()).toMatchObject({ answered: 4, queued: 3 });
  });
});

it('keeps in memory what is to be shipped next, and reads the rest of a long queue from its files in their turn', async () => {
  open();
  await add(300);
  const files = readdirSync(folder).filter((name) => name.endsWith('.log'));
  expect(files.length).toBeGreaterThan(20);
  const oldest = join(folder, files[0]!);
  const text = readFileSync(oldest, 'utf8');
  writeFileSync(oldest, '');
  expect((await log.next(1))[0]?.id).toBe('r0');
  const late = join(folder, files[15]!);
  const lateText = readFileSync(late, 'utf8');
  const lateIds = lateText.split('\n').flatMap((line) => line.split('\t')[3] ?? []);
  writeFileSync(late, '');
  expect(lateIds.length).toBeGreaterThan(1);
  expect((await all()).map(({ id }) => id).filter((id) => lateIds.includes(id))).toEqual([]);

  writeFileSync(oldest, text);
  writeFileSync(late, lateText);
  open();
  await log.append(record('o1', { kind: 'outcome' }));
  expect((await log.next(10, ['outcome'])).map(({ id }) => id)).toEqual(['o1']);
  const shipped: string[] = [];
  for (let few = await log.next(25); few.length > 0; few = await log.next(25)) {
    shipped.push(...few.map(({ id }) => id));
    await log.settle(few.map(({ number, kind }) => ({ number, kind, rejected: null })));
  }
  expect(shipped).toEqual([...Array.from({ length: 300 }, (_, i) => `r${i}`), 'o1']);
  expect(log.account()).toMatchObject({ answered: 300, queued: 0, acked: 300 });
});

it('a full disk: drops with its reason or refuses, loses nothing that it took, and recovers', async () => {
  const disk = smallDisk(256);
  if (!disk) return;
  try {
    rmSync(folder, { recursive: true });
    folder = join(disk.folder, 'queue');
    open({ segmentBytes: 50_000 });
    const ballast = join(disk.folder, 'ballast');
    const kept: string[] = [];
    let dropped = 0;
    for (let i = 0; i < 400; i++) {
      const id = `r${i}`;
      const big = record(id, { json: JSON.stringify({ id, filler: 'x'.repeat(1_500) }) });
      if (await log.append(big)) kept.push(id);
      else dropped++;
    }
    expect(dropped).toBeGreaterThan(50);
    expect(kept.length).toBeGreaterThan(50);
    await expect(
      log.append(record('x', { whenFull: 'REFUSE', json: `{"id":"x","f":"${'y'.repeat(9_000)}"}` })),
    ).rejects.toThrow('the disk took no more');
    await log.sampledOut();
    expect(log.account()).toMatchObject({
      answered: 401,
      queued: kept.length,
      sampledOut: 1,
      dropped: { DISK_FULL: dropped },
    });
    expect(faults.length).toBeGreaterThan(0);
    expect((await all()).map(({ id }) => id)).toEqual(kept);
    crash();
    expect((await all()).map(({ id }) => id)).toEqual(kept);
    expect(balance(log.account())).toBe(0);

    // Settling needs no room, and makes some.
    await log.settle(await settlementsOf(1_000));
    expect(log.account()).toMatchObject({ queued: 0, acked: kept.length });
    expect(await log.append(record('again'))).toBe(true);
    writeFileSync(ballast, 'x');
    crash();
    expect(balance(log.account())).toBe(0);
  } finally {
    disk.remove();
  }
});

it('under random crashes, settlements and drops the account always closes', async () => {
  let seed = 42;
  const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  open({ maxRecords: 60 });
  const answered: string[] = [];
  const settled = new Set<string>();
  let expected = 0;
  for (let step = 0; step < 400; step++) {
    const dice = random();
    if (dice < 0.5) {
      const ids = Array.from({ length: 1 + Math.floor(random() * 8) }, (_, i) => `s${step}-${i}`);
      const kept = await Promise.all(ids.map((id) => log.append(record(id))));
      expected += ids.length;
      answered.push(...ids.filter((_, i) => kept[i]));
    } else if (dice < 0.6) {
      await log.sampledOut();
      expected++;
    } else if (dice < 0.85) {
      const batch = await log.next(Math.floor(random() * 20));
      const chosen = batch.filter(() => random() < 0.9);
      await log.settle(
        chosen.map(({ number, kind }) => ({
          number,
          kind,
          rejected: random() < 0.1 ? { code: 'INVALID_INPUT', message: '', id: 'r', json: '{}' } : null,
        })),
      );
      for (const { id } of chosen) settled.add(id);
    } else open({ maxRecords: 60 });
    const account = log.account();
    expect(balance(account), `step ${step}`).toBe(0);
    expect(account.answered).toBe(expected);
  }
  const waiting = (await all()).map(({ id }) => id);
  expect(waiting).toEqual(answered.filter((id) => !settled.has(id)));
});
