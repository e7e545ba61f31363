import { readFile, writeFile } from 'node:fs/promises';
import { clientOf, type Connection } from '../../shared/connection.ts';
import type { ProgressOutput } from '../../shared/progress.ts';
import { replaceBetween } from '../../shared/report/markers.ts';
import { explanationOf } from '../explain.ts';
import { load } from '../load/load.ts';
import { renderLoad } from '../load/render.ts';
import { playRing, ringTable } from '../story/rings.ts';
import { newRun, velocityText } from '../story/stories.ts';
import { judgeQuality } from './quality.ts';
import { renderCalibration, renderColumns, renderCounts, renderModels } from './render-quality.ts';

/** Loads of the report: payments a second, and for how many seconds. */
const LOADS = [
  { rate: '200', seconds: '20' },
  { rate: '500', seconds: '20' },
] as const;

const SILENT = { write: () => {} };
const shell = (command: string, text: string): string =>
  ['```', `$ npm run fraud -- ${command}`, text.trimEnd(), '```'].join('\n');

/** Does everything that the README shows, on running servers, and writes it there. */
export async function report(
  connection: Connection,
  { folder, readme }: { readonly folder: string; readonly readme: string },
  output: ProgressOutput,
): Promise<void> {
  const client = clientOf(connection);
  let text = await readFile(readme, 'utf8');
  const put = (section: string, body: string): void => {
    output.write(`\n${section}\n\n${body}\n`);
    text = replaceBetween(text, section, body);
  };
  const quality = await judgeQuality(folder);
  put('planted', renderCounts(quality));
  put('models', `${renderModels(quality)}\n\n${renderColumns(quality)}`);
  put('calibration', renderCalibration(quality));
  put('velocity', shell('velocity', await velocityText(client)));
  const answers = await playRing(client, newRun('ring'), Date.now());
  put('rings', shell('rings', ringTable(answers)));
  const tenth = answers[9]?.answer.id ?? '';
  put('explain', shell(`explain ${tenth}`, await explanationOf(client.graph, tenth)));
  const loads: string[] = [];
  for (const given of LOADS) {
    const result = await load(connection, given, SILENT);
    loads.push(shell(`load --rate ${given.rate} --seconds ${given.seconds}`, renderLoad(result)));
  }
  put('load', loads.join('\n\n'));
  await writeFile(readme, text);
  output.write(`\nwritten to ${readme}\n`);
}
