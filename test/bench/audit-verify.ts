/**
 * Verifying an audit chain of a million records in Postgres: time and CPU of verifyAudit, and as a ratio to reading the same records
 * without a look at them. Five alternated rounds; medians.
 * Run: npm run bench -- audit-verify [records]
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { Client } from 'pg';
import type * as Postgres from '../../install/postgres/embedded-postgres.ts';
import type * as Registry from '../../subgraphs/registry/storage/schema.ts';
import type * as Audit from '../../subgraphs/shared/audit/audit.ts';
import type * as Canonical from '../../core/canonical-json.ts';
import type * as Verify from '../../subgraphs/shared/audit/verify-audit.ts';
import type * as DatabaseModule from '../../subgraphs/shared/database/database.ts';
import type * as Migrate from '../../subgraphs/shared/database/migrate.ts';
import { makeRunFolder } from '../support/leftovers.ts';

const RECORDS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 5;
const BATCH = 5_000;
const LIMIT_S = 20;

const built = async <T>(path: string): Promise<T> => import(new URL(`../../dist/${path}.js`, import.meta.url).href);
const { startEmbeddedPostgres } = await built<typeof Postgres>('install/postgres/embedded-postgres');
const { registrySchema } = await built<typeof Registry>('subgraphs/registry/storage/schema');
const { GENESIS } = await built<typeof Audit>('subgraphs/shared/audit/audit');
const { canonicalJson } = await built<typeof Canonical>('core/canonical-json');
const { verifyAudit } = await built<typeof Verify>('subgraphs/shared/audit/verify-audit');
const { openDatabase } = await built<typeof DatabaseModule>('subgraphs/shared/database/database');
const { migrate } = await built<typeof Migrate>('subgraphs/shared/database/migrate');

const folder = makeRunFolder();
const postgres = await startEmbeddedPostgres({ folder });
const project = 'default';

/** Records as changes of model versions leave them. */
async function seed(): Promise<void> {
  const client = new Client({ connectionString: postgres.url('tiffin_owner') });
  await client.connect();
  let prevHash = GENESIS;
  for (let from = 1; from <= RECORDS; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, RECORDS - from + 1) }, (_, i) => {
      const seq = from + i;
      const record = {
        seq,
        prevHash,
        project,
        at: new Date(1_770_000_000_000 + seq * 1_000).toISOString(),
        actor: `user:${seq % 50}`,
        actorRoles: ['developer'],
        onBehalfOf: null,
        action: 'model-version.submit',
        subject: `tiffin:default:model-version:fraud@${seq}`,
        beforeDigest: prevHash,
        afterDigest: prevHash,
        reason: 'the checks of the pipeline are green',
        rule: null,
        requestId: `request-${seq}`,
      };
      const text = canonicalJson(record);
      prevHash = createHash('sha256').update(text).digest('hex');
      return { seq, hash: prevHash, text };
    });
    await client.query(
      `insert into registry.audit_record (project, seq, hash, record)
       select '${project}', seq, hash, record::jsonb from unnest($1::int[], $2::text[], $3::text[]) as made (seq, hash, record)`,
      [rows.map(({ seq }) => seq), rows.map(({ hash }) => hash), rows.map(({ text }) => text)],
    );
  }
  await client.query('insert into registry.audit_head (project, seq, hash) values ($1, $2, $3)', [
    project,
    RECORDS,
    prevHash,
  ]);
  await client.query('analyze registry.audit_record');
  await client.end();
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

interface Taken {
  readonly seconds: number;
  readonly cpuSeconds: number;
}
async function timed(run: () => Promise<void>): Promise<Taken> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await run();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - start) / 1_000, cpuSeconds: (user + system) / 1_000_000 };
}

try {
  await migrate(registrySchema, postgres.url('tiffin_owner'), postgres.url('tiffin_app'));
  const db = await openDatabase(registrySchema, { url: postgres.url('tiffin_app'), poolSize: 2 });
  const seeding = await timed(seed);
  console.log(`${RECORDS} records written in ${seeding.seconds.toFixed(1)} s`);
  const [verified, read]: [Taken[], Taken[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    verified.push(
      await timed(async () => {
        const verdict = await verifyAudit(db, project);
        if (!verdict.ok || verdict.checked !== RECORDS) throw new Error(`the chain does not hold: ${verdict.why}`);
      }),
    );
    read.push(
      await timed(async () => {
        for (let seq = 0; seq < RECORDS; seq += 2_000) {
          await db.query(
            'select seq, hash, record from audit_record where project = $1 and seq > $2 order by seq limit 2000',
            [project, seq],
          );
        }
      }),
    );
  }
  const of = (all: readonly Taken[]) => ({
    seconds: median(all.map(({ seconds }) => seconds)),
    cpuSeconds: median(all.map(({ cpuSeconds }) => cpuSeconds)),
  });
  const [whole, only] = [of(verified), of(read)];
  console.log(
    `verified in ${whole.seconds.toFixed(1)} s (CPU ${whole.cpuSeconds.toFixed(1)} s); read alone ${only.seconds.toFixed(1)} s (CPU ${only.cpuSeconds.toFixed(1)} s)`,
  );
  console.log(
    `ratio ${(whole.seconds / only.seconds).toFixed(2)}, of CPU ${(whole.cpuSeconds / only.cpuSeconds).toFixed(2)}; ${LIMIT_S} s allowed for a million`,
  );
  await db.close();
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
