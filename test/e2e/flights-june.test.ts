import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../examples/flights/data/prepare.ts';
import { tableRows } from '../../examples/shared/report/markdown-table.ts';
import { runFlights, serveFlights, storedFlights, type Ended, type StoredFlight } from '../support/flights.ts';
import { startInstall, type Install } from '../support/install.ts';
import { ask } from '../support/story.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FROM = '2001-01-22T18';
const TO = '2001-01-22T21';
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A few hours of January in place of June: what is shown side by side is what the records say. */
describe('champion and challenger side by side', { timeout: 60_000 }, () => {
  let folder: string;
  let install: Install;
  let end: Ended;
  let again: Ended;
  let stored: StoredFlight[];
  let cells: string[][];

  beforeAll(async () => {
    folder = temporaryFolder('flights');
    await prepareData(folder, () => {}, '2001-01-23');
    install = await startInstall({
      env: {
        TIFFIN_SOURCE_DIRS: tmpdir(),
        TIFFIN_EDGE_POLL_MS: '100',
        TIFFIN_EDGE_HEARTBEAT_MS: '200',
        // A busy machine must not turn a slow shadow into none.
        TIFFIN_EDGE_SHADOW_BUDGET_MS: '20000',
        TIFFIN_EDGE_SHADOW_QUEUE: '10000',
      },
    });
    await serveFlights(install, folder);
    const what = ['--from', FROM, '--to', TO, '--share', '0.5'];
    end = await runFlights('june', install, folder, what).ended;
    again = await runFlights('june', install, folder, what).ended;
    stored = await storedFlights(install, `${FROM}:00:00Z`, `${TO}:00:00Z`);
    cells = tableRows(end.text.slice(end.text.indexOf('| June')));
  }, 180_000);
  afterAll(async () => {
    await install?.stop();
  });

  it('come to an end, and the second time to the same one without asking again', () => {
    expect(end.code, end.text).toBe(0);
    expect(again.code, again.text).toBe(0);
    expect(again.text).not.toContain('replaying');
    expect(again.text.slice(again.text.indexOf('| June'))).toBe(end.text.slice(end.text.indexOf('| June')));
  });

  it('split two fifths of the flights evenly', () => {
    const arms = Map.groupBy(stored, ({ node }) => node.arm);
    const sizes = ['control', 'candidate'].map((arm) => arms.get(arm)?.length ?? 0);
    expect(cells[0]!.slice(1, 3)).toEqual(sizes.map((size) => grouped(String(size))));
    for (const size of sizes) expect(Math.abs(size / stored.length - 0.2)).toBeLessThan(0.06);
  });

  it('pair every answer of the champion with the score of the challenger', () => {
    const byChampion = stored.filter(({ node }) => node.arm !== 'candidate');
    expect(byChampion.filter(({ node }) => typeof node.shadow?.score !== 'number')).toEqual([]);
    expect(stored.filter(({ node }) => node.arm === 'candidate' && node.shadow !== null)).toEqual([]);
  });

  it('show the Brier scores that follow from the records', () => {
    const labelled = stored.filter(({ node }) => node.arm !== 'candidate' && node.outcome !== null);
    const brierOf = (scoreOf: (node: any) => number): number =>
      mean(labelled.map(({ node }) => (scoreOf(node) - node.outcome!.value) ** 2));
    const [champion, challenger] = [brierOf((node) => node.score), brierOf((node) => node.shadow.score)];
    const pairs = cells[6]!;
    expect(labelled.length).toBeGreaterThan(100);
    expect(cells[4]!.slice(1, 3)).toEqual([String(labelled.length), String(labelled.length)].map(grouped));
    expect(Number(pairs[1])).toBeCloseTo(champion, 4);
    expect(Number(pairs[2])).toBeCloseTo(challenger, 4);
    expect(Number(pairs[3]!.replace('−', '-'))).toBeCloseTo(challenger - champion, 4);
  });

  it('leave experiment and shadow running', async () => {
    const query = `query ($id: ID!) { deployment(id: $id) {
      experiments(first: 5, status: RUNNING) { edges { node { name } } }
      shadows(first: 5, status: RUNNING) { edges { node { name share } } } } }`;
    expect(await ask(install, 'viewer', query, { id: 'tiffin:default:deployment:flight-delay@production' })).toEqual({
      experiments: { edges: [{ node: { name: 'champion-or-challenger' } }] },
      shadows: { edges: [{ node: { name: 'challenger-in-the-shadow', share: 1 } }] },
    });
  });
});

const grouped = (text: string): string => Number(text).toLocaleString('en-US');
