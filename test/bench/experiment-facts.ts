/**
 * Exposures, answers and outcomes as an experiment of ten metrics and a segment takes them, in pages of 1,000, with the sums of their units and
 * without: npm run bench -- experiment-facts [pages] [units]
 */
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { startEmbeddedPostgres } from '../../install/postgres/embedded-postgres.ts';
import type { Fact } from '../../schema/fact.ts';
import { EXPERIMENT } from '../../subgraphs/experiment/domain/experiment/experiment.ts';
import { applyFacts } from '../../subgraphs/experiment/operations/experiment/unit-facts.ts';
import { applyAnswers } from '../../subgraphs/experiment/operations/metric/answer-facts.ts';
import { experimentKind } from '../../subgraphs/experiment/storage/experiment/experiment.ts';
import { experimentSchema } from '../../subgraphs/experiment/storage/schema.ts';
import { insertStudy } from '../../subgraphs/experiment/storage/study.ts';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { migrate } from '../../subgraphs/shared/database/migrate.ts';
import { metricUses } from '../support/kept-sums.ts';
import { makeRunFolder } from '../support/leftovers.ts';
import { runningExperiment } from '../support/running-experiment.ts';
import { cpuSeconds } from '../support/server-load.ts';
import { EXPOSED_ARMS, TEN_METRICS } from '../support/ten-metrics.ts';

const PAGES = Number(process.argv[2] ?? 60);
const UNITS = Number(process.argv[3] ?? 2_000);
const PAGE = 1_000;
const START = Date.parse('2026-03-01T00:00:00Z');

const folder = makeRunFolder();
const server = await startEmbeddedPostgres({ folder });
await migrate(experimentSchema, server.url('tiffin_owner'));
const db = await openDatabase(experimentSchema, { url: server.url('tiffin_app'), poolSize: 2 });
const revisions = [{ secondary: metricUses(TEN_METRICS), segments: ['city'] }];
const summed = runningExperiment('summed', EXPOSED_ARMS, revisions, new Date(START));
// Of a revision that is not known yet no sums are kept.
const plain = {
  ...runningExperiment('plain', EXPOSED_ARMS, revisions, new Date(START)),
  revisions: [],
};

/** The three facts of the n-th answer; its outcome comes one page after it. */
function factsOf(n: number, holder: string, predictionId: string): readonly [Fact, Fact, Fact] {
  const unit = (n * 7919) % UNITS;
  const at = new Date(START + n * 20).toISOString();
  const known = { project: 'default', holder, holderRevision: 1, trust: 'server', predictionId } as const;
  const of = { unit: `user-${unit}`, arm: EXPOSED_ARMS[unit % 4]!, occurredAt: at, receivedAt: at };
  const score = (n % 1_000) / 1_000;
  const answer = {
    latencyMs: 40 + (n % 211),
    fallback: n % 97 === 0 ? 'TIMEOUT' : null,
    segments: { city: `city-${unit % 50}` },
  };
  return [
    { ...known, ...of, kind: 'exposure', score: null, value: null },
    { ...known, ...of, kind: 'answer', score, value: null, answer },
    { ...known, ...of, kind: 'outcome', score, value: n % 4 },
  ];
}

/** CPU seconds of this process and of the database. */
const computed = (): number => cpuSeconds(server.pid) + process.cpuUsage().user / 1e6;

async function take(experiment: typeof summed): Promise<{ readonly seconds: number; readonly cpu: number }> {
  const holder = EXPERIMENT.ids.format(experiment);
  await db.transaction((em) => insertStudy(em, experimentKind, experiment));
  const pages: Fact[][] = Array.from({ length: PAGES }, () => []);
  for (let n = 0; n < (PAGES * PAGE) / 3; n++) {
    const at = Math.min(PAGES - 1, Math.floor((3 * n) / PAGE));
    const [exposure, answer, outcome] = factsOf(n, holder, randomUUID());
    pages[at]!.push(exposure, answer);
    pages[Math.min(PAGES - 1, at + 1)]!.push(outcome);
  }
  const [from, cpu] = [performance.now(), computed()];
  for (const page of pages) {
    await db.transaction(async (em) => {
      await applyFacts(em, page);
      await applyAnswers(em, page);
    });
  }
  return { seconds: (performance.now() - from) / 1_000, cpu: computed() - cpu };
}

try {
  const without = await take(plain);
  const own = await take(summed);
  const say = ({ seconds, cpu }: typeof own): string =>
    `${Math.round((PAGES * PAGE) / seconds).toLocaleString('en')} facts/s, ${((cpu * 1_000) / PAGES).toFixed(0)} ms of computing per 1,000`;
  console.log(
    `${(PAGES * PAGE).toLocaleString('en')} facts of ${UNITS.toLocaleString('en')} units: with sums ${say(own)}; without ${say(without)}`,
  );
} finally {
  await db.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
