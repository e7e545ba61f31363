import { describe, expect, it } from 'vitest';
import type { Bounds } from '../../edge/telemetry/account.ts';
import type { Account, NewRecord, RecordKind, RecordLog, Settlement } from '../../edge/telemetry/record-log.ts';

/** Where the records of one log lie. */
export interface RecordLogPlace {
  /** Opens the log; again, as after the death of what had it open, where the place outlives that. */
  open(bounds?: Partial<Bounds>): Promise<RecordLog>;
}

export interface RecordLogAdapter {
  readonly name: string;
  /** A fresh, empty place. */
  readonly place: () => Promise<RecordLogPlace>;
  /** Whether what was appended is there after the death of what appended it. */
  readonly survives: boolean;
}

export const record = (id: string, change: Partial<NewRecord> = {}): NewRecord => ({
  kind: 'prediction',
  id,
  json: JSON.stringify({ id, text: 'tab\t line\n "quote" ü', filler: 'x'.repeat(200) }),
  whenFull: 'DROP',
  ...change,
});

export async function add(log: RecordLog, count: number, from = 0): Promise<boolean[]> {
  const kept: boolean[] = [];
  for (let i = 0; i < count; i += 10) {
    const few = Array.from({ length: Math.min(10, count - i) }, (_, j) => log.append(record(`r${from + i + j}`)));
    kept.push(...(await Promise.all(few)));
  }
  return kept;
}

export const all = async (log: RecordLog): Promise<any[]> =>
  (await log.next(10_000)).map(({ json }) => JSON.parse(json));

export const settlementsOf = async (
  log: RecordLog,
  most: number,
  why?: { code: string; message: string },
): Promise<Settlement[]> =>
  (await log.next(most)).map(({ number, kind, id, json }) => ({
    number,
    kind,
    rejected: why ? { ...why, id, json } : null,
  }));

export const balance = ({ answered, queued, acked, sampledOut, dropped }: Account): number =>
  answered - queued - acked - sampledOut - Object.values(dropped).reduce((sum, count) => sum + count, 0);

const names = (count: number, from = 0): string[] => Array.from({ length: count }, (_, i) => `r${from + i}`);

/** What every log of records does, whatever it keeps them in. */
export function recordLogConformance({ name, place, survives }: RecordLogAdapter): void {
  // Some places are processes that are killed and started again.
  describe(`a record log: ${name}`, { timeout: 120_000 }, () => {
    it('keeps records in order, whole, with seq and epoch', async () => {
      const log = await (await place()).open();
      expect(await add(log, 50)).toEqual(names(50).map(() => true));
      const records = await all(log);
      expect(records.map(({ id }) => id)).toEqual(names(50));
      expect(records.map(({ seq }) => seq)).toEqual(names(50).map((_, i) => i));
      expect(records[7]).toMatchObject({ epoch: log.epoch, text: 'tab\t line\n "quote" ü' });
      expect(log.account()).toEqual({ answered: 50, queued: 50, acked: 0, sampledOut: 0, dropped: {} });
      expect(log.size).toBe(50);
    });

    it('gives no more than is asked for, the oldest first', async () => {
      const log = await (await place()).open();
      await add(log, 20);
      expect((await log.next(7)).map(({ id }) => id)).toEqual(names(7));
      await log.settle(await settlementsOf(log, 5));
      expect((await log.next(2)).map(({ id }) => id)).toEqual(names(2, 5));
      expect(log.account()).toMatchObject({ answered: 20, queued: 15, acked: 5 });
    });

    it('settles in any order, and counts a record once, however often it is settled', async () => {
      const log = await (await place()).open();
      await add(log, 3);
      const settlements = await settlementsOf(log, 3);
      await log.settle([settlements[1]!, settlements[1]!]);
      await log.settle(settlements.slice(1, 2));
      expect(log.account()).toMatchObject({ acked: 1, queued: 2 });
      expect((await all(log)).map(({ id }) => id)).toEqual(['r0', 'r2']);
      await log.settle(settlements);
      expect(log.account()).toMatchObject({ acked: 3, queued: 0 });
      expect(log.size).toBe(0);
    });

    it('counts what was rejected apart from what was taken', async () => {
      const log = await (await place()).open();
      await add(log, 5);
      await log.settle(await settlementsOf(log, 2, { code: 'INVALID_INPUT', message: 'no' }));
      await log.settle(await settlementsOf(log, 10));
      expect(log.account()).toEqual({ answered: 5, queued: 0, acked: 3, sampledOut: 0, dropped: { REJECTED: 2 } });
    });

    it('gives the kinds that are asked for, and counts predictions only', async () => {
      const log = await (await place()).open();
      await log.append(record('o1', { kind: 'outcome' }));
      await log.append(record('p1'));
      await log.append(record('e1', { kind: 'exposure' }));
      const idsOf = async (kinds?: readonly RecordKind[]): Promise<string[]> =>
        (await log.next(10, kinds)).map(({ id }) => id);
      expect(await idsOf()).toEqual(['o1', 'p1', 'e1']);
      expect(await idsOf(['outcome'])).toEqual(['o1']);
      expect(await idsOf(['prediction', 'exposure'])).toEqual(['p1', 'e1']);
      expect([log.account().answered, log.size]).toEqual([1, 3]);
      await log.settle(await settlementsOf(log, 10));
      expect(log.account()).toMatchObject({ answered: 1, acked: 1 });
    });

    it('counts answers that sampling leaves without a record, and gives their seq to none', async () => {
      const log = await (await place()).open();
      await add(log, 3);
      await log.sampledOut();
      await add(log, 1, 3);
      expect((await all(log)).map(({ seq }) => seq)).toEqual([0, 1, 2, 4]);
      expect(log.account()).toEqual({ answered: 5, queued: 4, acked: 0, sampledOut: 1, dropped: {} });
    });

    it.each<[string, Partial<Bounds>]>([
      ['records', { maxRecords: 5 }],
      ['bytes', { maxBytes: 6 * record('r0').json.length }],
    ])('holds to its bound of %s: drops and counts, or refuses', async (_, bound) => {
      const log = await (await place()).open(bound);
      let kept = 0;
      for (const one of await add(log, 7)) kept += Number(one);
      // Seq and epoch count as bytes, in some places.
      expect(kept).toBeGreaterThanOrEqual(3);
      expect(kept).toBeLessThanOrEqual(6);
      await expect(log.append(record('x', { whenFull: 'REFUSE' }))).rejects.toMatchObject({ code: 'STORAGE_FULL' });
      expect(await log.append(record('e', { kind: 'exposure' }))).toBe(false);
      expect(await log.append(record('s', { kind: 'shadow', json: '{}' }))).toBe(true);
      expect(log.account()).toEqual({
        answered: 7,
        queued: kept,
        acked: 0,
        sampledOut: 0,
        dropped: { QUEUE_FULL: 7 - kept },
      });
      await log.settle(await settlementsOf(log, 100));
      expect(await add(log, 1, 50)).toEqual([true]);
      expect((await all(log))[0].seq).toBe(7);
    });

    it('lets shadows take a quarter of the room, and no more', async () => {
      const log = await (await place()).open({ maxRecords: 8 });
      const shadow = (id: string): NewRecord => record(id, { kind: 'shadow' });
      const kept: boolean[] = [];
      for (let i = 0; i < 4; i++) kept.push(await log.append(shadow(`s${i}`)));
      expect(kept).toEqual([true, true, false, false]);
      expect(await add(log, 9)).toEqual([...names(8).map(() => true), false]);
      expect(balance(log.account())).toBe(0);
    });

    it.runIf(survives)('has everything after the death of what appended it', async () => {
      const own = await place();
      const before = await own.open();
      const { epoch } = before;
      await add(before, 30);
      await before.sampledOut();
      await before.settle(await settlementsOf(before, 10));
      const account = before.account();
      const after = await own.open();
      expect(after.epoch).toBe(epoch);
      expect((await all(after)).map(({ id }) => id)).toEqual(names(20, 10));
      expect(after.account()).toEqual(account);
      await add(after, 1, 90);
      expect((await all(after)).at(-1)).toMatchObject({ id: 'r90', seq: 31 });
    });

    it('always closes its account, whatever comes in which order', async () => {
      let seed = 7;
      const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
      const own = await place();
      let log = await own.open({ maxRecords: 60 });
      const kept: string[] = [];
      const settled = new Set<string>();
      let answered = 0;
      for (let step = 0; step < 120; step++) {
        const dice = random();
        if (dice < 0.5) {
          const ids = Array.from({ length: 1 + Math.floor(random() * 8) }, (_, i) => `s${step}-${i}`);
          const took = await Promise.all(ids.map((id) => log.append(record(id))));
          answered += ids.length;
          kept.push(...ids.filter((_, i) => took[i]));
        } else if (dice < 0.6) {
          await log.sampledOut();
          answered++;
        } else if (dice < 0.85) {
          const batch = (await log.next(Math.floor(random() * 20))).filter(() => random() < 0.9);
          const rejected = { code: 'INVALID_INPUT', message: '', id: 'r', json: '{}' };
          await log.settle(
            batch.map(({ number, kind }) => ({ number, kind, rejected: random() < 0.1 ? rejected : null })),
          );
          for (const { id } of batch) settled.add(id);
        } else if (survives) log = await own.open({ maxRecords: 60 });
        expect(balance(log.account()), `step ${step}`).toBe(0);
        expect(log.account().answered).toBe(answered);
      }
      expect((await all(log)).map(({ id }) => id)).toEqual(kept.filter((id) => !settled.has(id)));
    });
  });
}
