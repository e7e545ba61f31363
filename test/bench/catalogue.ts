/**
 * Search, facets, lineage and impact over 40,000 assets and a million edges, asked of the control plane's subgraphs in one process:
 * p50 and p99 of each, quiet and while 1,000 OpenLineage events a second come in. Impact counts everything below one column.
 * Run: npm run bench -- catalogue [assets] [edges of each asset]
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'graphql';
import { Client } from 'pg';
import type * as Postgres from '../../install/postgres/embedded-postgres.ts';
import type * as Secrets from '../../install/secrets.ts';
import type * as Token from '../../subgraphs/shared/auth/internal-token.ts';
import type * as Keys from '../../subgraphs/shared/auth/key-ring.ts';
import type * as Log from '../../subgraphs/shared/log.ts';
import type * as PeerModule from '../../subgraphs/shared/peer.ts';
import type { SubgraphDeps } from '../../subgraphs/shared/subgraph-deps.ts';
import type { Subgraph } from '../../subgraphs/shared/subgraph.ts';
import type { SubgraphName } from '../../schema/nouns.ts';
import { makeRunFolder } from '../support/leftovers.ts';

const ASSETS = Number(process.argv[2] ?? 40_000);
const DEGREE = Number(process.argv[3] ?? 25);
const ROUNDS = 5;
const REQUESTS = 20;
const EVENTS_A_SECOND = 1_000;

const built = async <T>(path: string): Promise<T> => import(new URL(`../../dist/${path}.js`, import.meta.url).href);
const { startEmbeddedPostgres } = await built<typeof Postgres>('install/postgres/embedded-postgres');
const { openSecrets } = await built<typeof Secrets>('install/secrets');
const { KeyRing } = await built<typeof Keys>('subgraphs/shared/auth/key-ring');
const { signInternalToken } = await built<typeof Token>('subgraphs/shared/auth/internal-token');
const { localPeer } = await built<typeof PeerModule>('subgraphs/shared/peer');
const { makeLog } = await built<typeof Log>('subgraphs/shared/log');

const folder = makeRunFolder();
const postgres = await startEmbeddedPostgres({ folder });
const secrets = openSecrets(join(folder, 'secrets'), { dev: true });
const secret = secrets.internalSecret;
const subgraphs = new Map<SubgraphName, Subgraph>();
const names = ['experiment', 'feature', 'monitoring', 'registry'] as const;
const peers = Object.fromEntries(
  names.map((name) => [name, localPeer(name, () => subgraphs.get(name), secret)]),
) as SubgraphDeps['peers'];
for (const name of names) {
  const dataDir = join(folder, name);
  mkdirSync(dataDir);
  const { readConfig } = await built<any>(`subgraphs/${name}/config`);
  const main = await built<any>(`subgraphs/${name}/main`);
  const urls = { databaseUrl: postgres.url('tiffin_app'), ownerUrl: postgres.url('tiffin_owner') };
  const log = makeLog(name, 'warn', join(folder, 'tiffin.log'));
  const keys = new KeyRing(secrets.keys);
  const variables = { TIFFIN_SOURCE_DIRS: folder, TIFFIN_SIGNING_KEY_FILE: secrets.manifestKeyFile };
  subgraphs.set(
    name,
    await main[`start${name[0]!.toUpperCase()}${name.slice(1)}`](readConfig(variables), {
      ...urls,
      secret,
      keys,
      log,
      dataDir,
      peers,
      now: () => new Date(),
    }),
  );
}
const registry = subgraphs.get('registry')!;

/** A column with everything else below it: each asset comes from so many of those before it. */
async function seed(): Promise<void> {
  const client = new Client({ connectionString: postgres.url('tiffin_owner') });
  await client.connect();
  await client.query(`set search_path = registry, public; select setseed(.5);
    create temp table made as select i, case when i = 0 then 'column' when i % 8 = 0 then 'model-version'
        when i % 4 = 0 then 'feature' else 'dataset-field' end as kind from generate_series(0, ${ASSETS}) i;
    insert into asset (urn, project, kind, name, description, owner, tags, told, name_key, tag_words, words, data, source,
        revision, deleted, used, at, first_at, change)
      select 'tiffin:default:' || kind || ':bench/' || i, 'default', kind, 'bench ' || i, 'Number ' || i || ' of payments',
        'team ' || i % 50, array['tag' || i % 20], '{"description":"","owner":null,"tags":[]}', 'bench ' || i, 'tag' || i % 20,
        to_tsvector('simple', 'bench ' || i) || to_tsvector('english', 'number of payments'), '{}', 'feature',
        1, false, true, now(), now(), nextval('index_change') from made;
    insert into asset_edge (project, upstream, downstream, relation, declared_by, valid_from, change)
      select 'default', 'tiffin:default:' || up.kind || ':bench/' || up.i, 'tiffin:default:' || made.kind || ':bench/' || made.i,
        'DERIVED_FROM', 'tiffin:default:' || made.kind || ':bench/' || made.i, now(), nextval('index_change')
      from made, lateral (select distinct floor(random() * made.i)::int as at from generate_series(1, ${DEGREE})
        where made.i > 0) chosen join made up on up.i = chosen.at;
    analyze asset, asset_edge;`);
  const { rows } = await client.query('select count(*)::int as edges from registry.asset_edge');
  console.log(`${ASSETS + 1} assets, ${rows[0].edges} edges`);
  await client.end();
}

const actor = { subject: 'user:bench', kind: 'user', roles: ['developer'], scopes: [], project: 'default' } as const;
const TOP = 'tiffin:default:column:bench/0';
const page = 'edges { node { id name owner } } pageInfo { hasNextPage }';
const QUESTIONS = {
  'search, first page': `{ search(text: "bench 1234") { ${page} } }`,
  'search, what fits everything': `{ search(text: "payments") { ${page} } }`,
  'search, misspelt': `{ search(text: "bnech 31") { ${page} } }`,
  'search, total and facets of everything': `{ search(text: "") { total facets { field values { value count } } ${page} } }`,
  'search, three conditions': `{ search(text: "bench", orFilters: [{ and: [{ field: KIND, values: ["FEATURE"] },
    { field: OWNER, values: ["team 12"] }, { field: TAG, values: ["tag12"], negated: true }] }]) { total ${page} } }`,
  'auto-completion': '{ autoComplete(text: "bench 12") { value } }',
  'lineage, one step': `{ lineage(id: "tiffin:default:model-version:bench/8", direction: UPSTREAM) { complete nodes { id degree hidden asset { name } } } }`,
  'lineage across, first page': `{ searchAcrossLineage(id: "${TOP}", direction: DOWNSTREAM) { complete
    edges { node { degree asset { id name } } } } }`,
  'lineage across, a kind and a word': `{ searchAcrossLineage(id: "${TOP}", direction: DOWNSTREAM, kinds: [FEATURE], text: "payments") {
    total edges { node { degree asset { id name } } } } }`,
  'impact with counts': `{ impact(id: "${TOP}") { total kinds { kind count } complete } }`,
};

async function ask(question: string): Promise<any> {
  const call = { document: parse(question), variables: {}, token: await signInternalToken(actor, secret) };
  const { data, errors } = await registry.execute(call);
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

async function measure(title: string): Promise<void> {
  const times = new Map(Object.keys(QUESTIONS).map((name) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, question] of Object.entries(QUESTIONS)) {
      for (let i = 0; i < REQUESTS; i++) {
        const from = performance.now();
        await ask(question);
        times.get(name)!.push(performance.now() - from);
      }
    }
  }
  console.log(`\n${title}`);
  for (const [name, all] of times) {
    const sorted = all.toSorted((a, b) => a - b);
    const at = (share: number): string => sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(1).padStart(8);
    console.log(`${name.padEnd(42)} p50 ${at(0.5)} ms   p99 ${at(0.99)} ms`);
  }
}

/** Sends batches of 100 runs, so many a second, until it is told to stop; answers how many were taken. */
function sendEvents(): { stop: () => Promise<number> } {
  const stopping = new AbortController();
  let taken = 0;
  const run = (async () => {
    const from = performance.now();
    for (let batch = 0; !stopping.signal.aborted; batch++) {
      const waitMs = from + (batch * 100_000) / EVENTS_A_SECOND - performance.now();
      if (waitMs > 0) await new Promise((go) => setTimeout(go, waitMs));
      const events = Array.from({ length: 100 }, (_, i) => ({
        eventType: 'COMPLETE',
        eventTime: new Date().toISOString(),
        producer: 'https://example.org/bench',
        run: { runId: crypto.randomUUID() },
        job: { namespace: 'bench', name: `job ${(batch * 100 + i) % 500}` },
        inputs: [{ namespace: 'bench', name: `in ${(batch * 100 + i) % 500}` }],
        outputs: [{ namespace: 'bench', name: `out ${(batch * 100 + i) % 500}` }],
      }));
      const answer = await registry.app.request('/api/v1/lineage/batch', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await signInternalToken(actor, secret)}`,
        },
        body: JSON.stringify(events),
      });
      if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
      taken += events.length;
    }
    return taken;
  })();
  return {
    stop: () => {
      stopping.abort();
      return run;
    },
  };
}

try {
  await seed();
  const from = performance.now();
  const { impact } = await ask(QUESTIONS['impact with counts']);
  const firstMs = Math.round(performance.now() - from);
  console.log(`the first impact, which reads the graph: ${firstMs} ms, ${impact.total} assets`);
  await measure('quiet');
  const sender = sendEvents();
  const began = performance.now();
  await measure(`while ${EVENTS_A_SECOND} events a second are sent`);
  const seconds = (performance.now() - began) / 1_000;
  console.log(`${Math.round((await sender.stop()) / seconds)} events a second were taken`);
} finally {
  for (const subgraph of [...subgraphs.values()].toReversed()) await subgraph.stop();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
