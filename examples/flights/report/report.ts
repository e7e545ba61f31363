import { readFile, writeFile } from 'node:fs/promises';
import { withDuck } from '../../shared/duck.ts';
import { dataFiles, prepareData } from '../data/prepare.ts';
import type { ProgressOutput } from '../../shared/progress.ts';
import { SAMPLES, WEEK_SAMPLES } from '../sampling.ts';
import { stopwatch } from '../../shared/stopwatch.ts';
import { compareChallengers } from './challengers.ts';
import { judgeDrift } from './drift.ts';
import type { Figures } from './figures.ts';
import { knownAtCase } from './known-at-case.ts';
import { judgeLeakage, trainLeakageModels } from './leakage.ts';
import { replaceBetween } from '../../shared/report/markers.ts';
import { renderFigures, SECTIONS } from './render.ts';

/** Computes every figure from the raw files, or from what was derived from them before. */
async function computeFigures(folder: string, output: ProgressOutput): Promise<Figures> {
  const prepared = await prepareData(folder, (line) => output.write(`${line}\n`));
  return withDuck(async (duck) => {
    const bench = { duck, files: dataFiles(folder), output };
    const training = stopwatch();
    const models = await trainLeakageModels(bench);
    const leakageTraining = training();
    const judging = stopwatch();
    const wholeWeek = await judgeLeakage(bench, models, SAMPLES.wholeFebruaryWeek);
    const sample = await judgeLeakage(bench, models, SAMPLES.february);
    const leakage = judging();
    const drifting = stopwatch();
    const drift = await judgeDrift(bench, models.pointInTime, WEEK_SAMPLES);
    const driftTook = drifting();
    const comparing = stopwatch();
    const challengers = await compareChallengers(bench, models.pointInTime);
    const took = { leakageTraining, leakage, drift: driftTook, challengers: comparing() };
    return {
      prepared,
      knownAtCase: await knownAtCase(bench),
      leakage: { wholeWeek, sample },
      drift,
      challengers,
      took,
    };
  });
}

/** Prints the figures and writes them into the README, between its markers. */
export async function report(folder: string, readme: string, output: ProgressOutput): Promise<void> {
  const sections = renderFigures(await computeFigures(folder, output));
  let text = await readFile(readme, 'utf8');
  for (const section of SECTIONS) {
    output.write(`\n${section}\n\n${sections[section]}\n`);
    text = replaceBetween(text, section, sections[section]);
  }
  await writeFile(readme, text);
  output.write(`\nwritten to ${readme}\n`);
}
