import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Install } from '../support/install.ts';

const VERSION = 'tiffin:default:model-version:flight-delay@1';
const VERSION_COPY = `'tiffin:default:model-version:flight-delay@' || n + 1`;
const FEATURE = 'tiffin:default:feature:origin_delays@1/late_share_3h';
const FEATURE_COPY = `'${FEATURE}_' || n`;
const CHANGE = `nextval('registry.index_change')`;

/** Registers the first version of flight-delay so many times more, with its place in the catalogue and in lineage; a feature likewise. */
export async function fill(install: Install, versions: number, features: number): Promise<void> {
  const { tiffin_owner: password } = JSON.parse(readFileSync(join(install.dataDir, 'postgres.passwords.json'), 'utf8'));
  const port = /Postgres on port (\d+)/.exec(install.output())?.[1];
  if (port === undefined) throw new Error('the greeting does not name the port of Postgres');
  const client = new Client({
    connectionString: `postgres://tiffin_owner:${encodeURIComponent(password)}@127.0.0.1:${port}/tiffin`,
  });
  await client.connect();
  try {
    await copyRows(client, versions, 'model_version', `model = 'flight-delay' and number = 1`, {
      number: 'n + 1',
      version: `'1.' || n || '.0.0'`,
      state: `'VALIDATED'`,
      created_at: `created_at + n * interval '1 millisecond'`,
    });
    await copyRows(client, versions, 'asset', `urn = '${VERSION}'`, {
      urn: VERSION_COPY,
      name: `'flight-delay@' || n + 1`,
      name_key: `name_key || n`,
      change: CHANGE,
    });
    const edges = { id: null, change: CHANGE };
    await copyRows(client, versions, 'asset_edge', `declared_by = '${VERSION}'`, {
      ...edges,
      downstream: VERSION_COPY,
      declared_by: VERSION_COPY,
    });
    await copyRows(client, features, 'asset', `urn = '${FEATURE}'`, {
      urn: FEATURE_COPY,
      name: `name || '_' || n`,
      name_key: `name_key || n`,
      change: CHANGE,
    });
    const ofFeature = `downstream = '${FEATURE}'`;
    await copyRows(client, features, 'asset_edge', ofFeature, { ...edges, downstream: FEATURE_COPY });
    await client.query('analyze registry.model_version, registry.asset, registry.asset_edge');
  } finally {
    await client.end();
  }
}

/** Copies each of the rows n times, with some of its columns made anew of n; null leaves a column to its default. */
async function copyRows(
  client: Client,
  count: number,
  table: string,
  where: string,
  anew: Readonly<Record<string, string | null>>,
): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select column_name as name from information_schema.columns where table_schema = 'registry' and table_name = $1`,
    [table],
  );
  const names = rows.map(({ name }) => name).filter((name) => anew[name] !== null);
  const unknown = Object.keys(anew).filter((name) => !rows.some((row) => row.name === name));
  if (unknown.length > 0) throw new Error(`registry.${table} has no column ${unknown.join(', ')}`);
  const { rowCount } = await client.query(
    `insert into registry.${table} (${names.join(', ')})
     select ${names.map((name) => anew[name] ?? name).join(', ')} from registry.${table}, generate_series(1, ${count}) as n
     where ${where}`,
  );
  if ((rowCount ?? 0) < count) throw new Error(`registry.${table}: ${rowCount} rows were copied, asked were ${count}`);
}
