import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { withDuck } from '../../examples/shared/duck.ts';
import { dataFiles, prepareData } from '../../examples/flights/data/prepare.ts';
import { judgeDrift, type DriftWeek } from '../../examples/flights/report/drift.ts';
import { knownAtCase, type KnownAtCase } from '../../examples/flights/report/known-at-case.ts';
import { judgeLeakage, trainLeakageModels, type LeakageFigures } from '../../examples/flights/report/leakage.ts';
import { tableRows } from '../../examples/shared/report/markdown-table.ts';
import { readBetween } from '../../examples/shared/report/markers.ts';
import { SAMPLES, WEEK_SAMPLES } from '../../examples/flights/sampling.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The same rows and the same arithmetic: only the last printed digit may differ. */
const AUC_TOLERANCE = 0.001;
const BRIER_TOLERANCE = 0.0002;
const PSI_TOLERANCE = 0.01;

const STORM_WEEK = 2;

describe('the figures in the README of the flights', () => {
  let folder: string;
  let readme: string;
  let leakage: LeakageFigures;
  let drift: DriftWeek[];
  let example: KnownAtCase;

  beforeAll(async () => {
    folder = temporaryFolder('flights');
    readme = await readFile('examples/flights/README.md', 'utf8');
    await prepareData(folder, () => {});
    await withDuck(async (duck) => {
      const bench = { duck, files: dataFiles(folder), output: { write: () => {} } };
      const models = await trainLeakageModels(bench);
      leakage = await judgeLeakage(bench, models, SAMPLES.february);
      drift = await judgeDrift(bench, models.pointInTime, WEEK_SAMPLES.slice(STORM_WEEK, STORM_WEEK + 1));
      example = await knownAtCase(bench);
    });
  }, 300_000);

  it.each([
    ['static', 0],
    ['pointInTime', 1],
    ['naiveJudged', 2],
    ['naiveServed', 3],
  ] as const)('hold what is computed anew: %s', (model, row) => {
    const cells = tableRows(readBetween(readme, 'leakage'))[row]!;
    expect(Math.abs(Number(cells[3]) - leakage[model].auc)).toBeLessThanOrEqual(AUC_TOLERANCE);
    expect(Math.abs(Number(cells[4]) - leakage[model].brier)).toBeLessThanOrEqual(BRIER_TOLERANCE);
  });

  it('show a naive join that promises more than it keeps', () => {
    expect(leakage.naiveJudged.auc - leakage.naiveServed.auc).toBeGreaterThan(0.03);
    expect(leakage.pointInTime.auc).toBeGreaterThan(leakage.static.auc);
  });

  it('hold the storm week of 12 February', () => {
    const cells = tableRows(readBetween(readme, 'drift'))[STORM_WEEK]!;
    const [week] = drift;
    expect(cells[0]).toContain(week!.week);
    expect(Math.abs(Number(cells[1]) - week!.scorePsi)).toBeLessThanOrEqual(PSI_TOLERANCE);
    expect(Math.abs(Number(cells[3]) - week!.auc)).toBeLessThanOrEqual(AUC_TOLERANCE);
    expect(week!.scorePsi).toBeGreaterThan(0.25);
    expect(week!.distancePsi).toBeLessThan(0.01);
  });

  it('hold the rows of the known-at case', () => {
    const shown = tableRows(readBetween(readme, 'known-at')).map((cells) => [cells[3], cells[4]]);
    expect(shown).toEqual(example.rows.map(({ lateShare, flights }) => [lateShare!.toFixed(3), String(flights)]));
    expect(example.rows).toHaveLength(2);
    expect(example.inTheAir).toBeGreaterThan(0);
  });
});
