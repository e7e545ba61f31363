import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import * as z from 'zod';
import { sqlText, withDuck } from '../../shared/duck.ts';
import { userOf } from '../generator/people.ts';
import { transactions, until } from '../generator/stream.ts';
import { indianTime } from '../generator/calendar.ts';
import type { Transaction } from '../generator/transaction.ts';
import { POPULATION, timelineTo, type Timeline } from '../population.ts';

/** Grows when the files change their meaning: older ones are made anew. */
const FORMAT = 1;

const Prepared = z.strictObject({
  format: z.literal(FORMAT),
  /** Where the history ends: windows of a set-up go on from there. */
  toMs: z.int(),
  payments: z.int(),
  frauds: z.int(),
  reports: z.int(),
});
type Prepared = z.infer<typeof Prepared>;

export interface HistoryFiles {
  readonly payments: string;
  readonly reports: string;
  readonly profiles: string;
  readonly train: string;
  readonly evaluate: string;
  readonly prepared: string;
}

export const historyFiles = (folder: string): HistoryFiles => ({
  payments: join(folder, 'payments.parquet'),
  reports: join(folder, 'reports.parquet'),
  profiles: join(folder, 'profiles.parquet'),
  train: join(folder, 'train.parquet'),
  evaluate: join(folder, 'evaluate.parquet'),
  prepared: join(folder, 'prepared.json'),
});

/** Makes the history up to an instant; one that is there stays, wherever it ends. */
export async function prepareHistory(folder: string, toMs: number): Promise<Prepared> {
  const files = historyFiles(folder);
  const found = await readPrepared(files.prepared);
  if (found) return found;
  await mkdir(folder, { recursive: true });
  const counts = await withDuck((duck) => writeHistory(duck, files, timelineTo(toMs)));
  const prepared: Prepared = { format: FORMAT, toMs, ...counts };
  await writeFile(files.prepared, `${JSON.stringify(prepared, null, 2)}\n`);
  return prepared;
}

async function readPrepared(path: string): Promise<Prepared | undefined> {
  try {
    return Prepared.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

const TABLE = `create table payment (txn_id varchar, ms bigint, user_id varchar, card_id varchar, device_id varchar,
  merchant_id varchar, address_id varchar, category varchar, amount double, state varchar, city varchar, language varchar,
  hour bigint, weekday bigint, festival boolean, pattern varchar, fraud boolean, reported boolean, label_ms bigint)`;

/** Streams the payments into DuckDB and writes what the product reads, and what it does not: the rows to learn from. */
export async function writeHistory(
  duck: DuckDBConnection,
  files: HistoryFiles,
  timeline: Timeline,
): Promise<{ payments: number; frauds: number; reports: number }> {
  await duck.run(TABLE);
  const appender = await duck.createAppender('payment');
  const counts = { payments: 0, frauds: 0, reports: 0 };
  const stream = transactions({ ...POPULATION, fromMs: timeline.fromMs, prefix: 'h' });
  for (const payment of until(stream, timeline.toMs)) {
    append(appender, payment);
    counts.payments++;
    if (payment.fraud) counts.frauds++;
    if (payment.reported && payment.labelMs < timeline.toMs) counts.reports++;
  }
  appender.closeSync();
  const known = `reported and label_ms < ${timeline.toMs}`;
  await writeProfiles(duck, files.profiles, timeline.fromMs);
  await copy(
    duck,
    `select * from (
       select txn_id, ${instant('ms')} as event_time, ${instant('ms')} as created, user_id, card_id, device_id, merchant_id,
         address_id, amount, cast(null as varchar) as label from payment
       union all
       select 'report-' || txn_id, ${instant('label_ms')}, ${instant('label_ms')}, null, card_id, null, null, null, null, 'fraud'
       from payment where ${known}
     ) order by event_time, txn_id`,
    files.payments,
  );
  await copy(
    duck,
    `select txn_id, ${instant('label_ms')} as event_time, ${instant('label_ms')} as created, merchant_id, amount
     from payment where ${known} order by label_ms, txn_id`,
    files.reports,
  );
  const { trainFromMs, evaluateFromMs, labelFromMs } = timeline;
  await writeSpine(
    duck,
    files.train,
    `ms between ${trainFromMs} and ${evaluateFromMs - 1} and (reported or ${SAMPLED})`,
  );
  await writeSpine(duck, files.evaluate, `ms between ${evaluateFromMs} and ${labelFromMs - 1}`);
  return counts;
}

function append(appender: DuckDBAppender, payment: Transaction): void {
  const { id, ms, user, card, device, merchant, address, category, amount, state, city, language } = payment;
  const { hour, weekday, festival } = indianTime(ms);
  appender.appendVarchar(id);
  appender.appendBigInt(BigInt(ms));
  for (const text of [user, card, device, merchant, address, category]) appender.appendVarchar(text);
  appender.appendDouble(amount);
  for (const text of [state, city, language]) appender.appendVarchar(text);
  appender.appendBigInt(BigInt(hour));
  appender.appendBigInt(BigInt(weekday));
  appender.appendBoolean(festival !== null);
  appender.appendVarchar(payment.pattern);
  appender.appendBoolean(payment.fraud);
  appender.appendBoolean(payment.reported);
  appender.appendBigInt(BigInt(payment.labelMs));
  appender.endRow();
}

/** What the bank knows of its customers: those with a history. */
async function writeProfiles(duck: DuckDBConnection, path: string, fromMs: number): Promise<void> {
  await duck.run('create table profile (user_id varchar, home_state varchar, language varchar)');
  const appender = await duck.createAppender('profile');
  for (let number = 0; number < POPULATION.users; number++) {
    const { id, state, language } = userOf(POPULATION.seed, number, POPULATION.merchants);
    for (const text of [id, state, language]) appender.appendVarchar(text);
    appender.endRow();
  }
  appender.closeSync();
  const at = instant(String(fromMs));
  await copy(duck, `select *, ${at} as event_time, ${at} as created from profile order by user_id`, path);
}

/** Of honest payments, one in five suffices to learn from: the milliseconds draw them. */
export const HONEST_SHARE = 0.2;
const SAMPLED = `ms % ${1 / HONEST_SHARE} = 0`;

/** Payments as they are asked about, and what became of them. */
const writeSpine = (duck: DuckDBConnection, path: string, where: string): Promise<void> =>
  copy(
    duck,
    `select txn_id, ${instant('ms')} as asked_at, user_id, card_id, device_id, merchant_id, category, amount, state, hour,
       weekday, festival, reported, pattern from payment where ${where} order by ms, txn_id`,
    path,
  );

const instant = (ms: string): string => `cast(epoch_ms(cast(${ms} as bigint)) as timestamptz)`;

/** A stopped run leaves no half file under the real name. */
async function copy(duck: DuckDBConnection, sql: string, path: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  await duck.run(`copy (${sql}) to ${sqlText(partial)} (format parquet, compression zstd)`);
  await rename(partial, path);
}
