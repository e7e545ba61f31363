import { Client } from 'pg';
import { FIRST } from './first-version.ts';

export interface Sizes {
  readonly versions: number;
  readonly features: number;
  /** Below the one column from which everything comes. */
  readonly assets: number;
  readonly edges: number;
}

export const TOP = 'tiffin:default:column:bench/0';
export const VERSIONS_OF_A_MODEL = 50;

/** The id of the n-th copied version: each model has so many, and the last of them serves. */
export const versionId = (n: number): string =>
  `tiffin:default:model-version:bench${Math.floor(n / VERSIONS_OF_A_MODEL)}@${(n % VERSIONS_OF_A_MODEL) + 1}`;

const columnsOf = async (client: Client, table: string, without: readonly string[]): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>(
    `select column_name as name from information_schema.columns where table_schema = 'registry' and table_name = $1`,
    [table],
  );
  return rows.map(({ name }) => name).filter((name) => !without.includes(name));
};

/** Copies the rows of the first version's life, with other values in the columns that are named. */
async function copyRows(client: Client, table: string, changed: Readonly<Record<string, string>>, of = 'copies') {
  const kept = await columnsOf(client, table, [...Object.keys(changed), ...(table === 'approval_step' ? ['id'] : [])]);
  const names = [...kept, ...Object.keys(changed)].map((name) => `"${name}"`).join(', ');
  const values = [...kept.map((name) => `held."${name}"`), ...Object.values(changed)].join(', ');
  await client.query(`insert into ${table} (${names}) select ${values} from first_${table} held, ${of}`);
}

/** Real rows of versions: their models, approvals, validations, releases and deployments. */
async function seedVersions(client: Client, versions: number): Promise<void> {
  await client.query(`create temp table copies as select n, 'bench' || n / ${VERSIONS_OF_A_MODEL} as model,
      n % ${VERSIONS_OF_A_MODEL} + 1 as number, encode(sha256(('release ' || n)::bytea), 'hex') as digest,
      'tiffin:default:model-version:bench' || n / ${VERSIONS_OF_A_MODEL} || '@' || n % ${VERSIONS_OF_A_MODEL} + 1 as urn
    from generate_series(0, ${versions} - 1) n;
    create temp table models as select distinct on (model) * from copies order by model, number desc`);
  for (const table of ['model', 'endpoint', 'deployment', 'model_version', 'approval_step', 'model_job', 'release']) {
    await client.query(`create temp table first_${table} as select * from ${table}`);
  }
  await client.query('create temp table first_traffic_record as select * from traffic_record');
  const { rows } = await client.query<{ digest: string }>('select digest from release');
  const served = (json: string): string => `replace(held.${json}::text, '${rows[0]?.digest}', digest)::jsonb`;
  await copyRows(client, 'model', { name: 'models.model' }, 'models');
  await copyRows(client, 'endpoint', { name: 'models.model' }, 'models');
  await copyRows(client, 'deployment', { endpoint: 'models.model', traffic: served('traffic') }, 'models');
  const record = { endpoint: 'models.model', layers: served('layers'), releases: 'array[models.digest]' };
  await copyRows(client, 'traffic_record', record, 'models');
  const key = { model: 'copies.model', number: 'copies.number' };
  await copyRows(client, 'model_version', { ...key, created_at: `held.created_at + n * interval '1 second'` });
  await copyRows(client, 'approval_step', key);
  await copyRows(client, 'model_job', { ...key, key: `held.key || '-' || n` });
  await copyRows(client, 'release', {
    endpoint: 'copies.model',
    number: 'copies.number',
    digest: 'copies.digest',
    models: `replace(held.models::text, '${FIRST.version}', copies.urn)::jsonb`,
    model_versions: 'array[copies.urn]',
  });
}

/** A column with everything else below it: each asset comes from some of those before it, all edges are different. */
async function seedAssets(client: Client, { versions, features, assets, edges }: Sizes): Promise<void> {
  const most = Math.ceil((edges / assets) * 1.2) + 2;
  await client.query(`select setseed(.5);
    create temp table made as select i, case when i = 0 then '${TOP}' when v < ${versions}
        then 'tiffin:default:model-version:bench' || v / ${VERSIONS_OF_A_MODEL} || '@' || v % ${VERSIONS_OF_A_MODEL} + 1
        when f < ${features} then 'tiffin:default:feature:bench' || f % 400 || '@1/f' || f
        else 'tiffin:default:dataset-field:bench/' || i end as urn
      from (select i, case when i % 8 = 0 then i / 8 - 1 else ${versions} end as v,
          case when i % 4 = 1 then i / 4 when i % 8 = 0 then ${features} else ${features} end as f
        from generate_series(0, ${assets}) i) numbered;
    create unique index on made (i);
    insert into asset (urn, project, kind, name, description, owner, tags, declared, name_key, tag_words, words, data, source,
        revision, deleted, used, at, first_at, change)
      select urn, 'default', split_part(urn, ':', 3), 'bench ' || i, 'Number ' || i || ' of payments', 'team ' || i % 50,
        array['tag' || i % 20], '{"description":"","owner":null,"tags":[]}', 'bench ' || i, 'tag' || i % 20,
        to_tsvector('simple', 'bench ' || i) || to_tsvector('english', 'number of payments'), '{}', 'feature',
        1, false, true, now(), now(), nextval('index_change') from made;
    insert into asset_edge (project, upstream, downstream, relation, declared_by, valid_from, change)
      select 'default', up.urn, down.urn, 'DERIVED_FROM', down.urn, now(), nextval('index_change')
      from (select i, at, row_number() over (partition by i order by at) as nth
        from (select distinct i, floor(random() * i)::int as at from made, generate_series(1, ${most}) where i > 0) all_) chosen
      join made down using (i) join made up on up.i = chosen.at
      order by nth, chosen.i limit ${edges} - (select count(*) from asset_edge)`);
}

/** Fills the tables of the registry; answers how many rows each noun then has. */
export async function seed(url: string, sizes: Sizes): Promise<Readonly<Record<string, number>>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('set search_path = registry, public');
    await seedVersions(client, sizes.versions);
    await seedAssets(client, sizes);
    // Else Postgres does it by itself while something is measured.
    await client.query('vacuum analyze');
    const count = (table: string, where = 'true'): string => `(select count(*)::int from ${table} where ${where})`;
    const { rows } = await client.query(`select ${count('asset')} as assets, ${count('asset_edge')} as edges,
      ${count('model_version')} as versions, ${count('asset', `kind = 'feature'`)} as features`);
    return rows[0];
  } finally {
    await client.end();
  }
}
