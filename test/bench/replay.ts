/**
 * Days of real flights through all public doors of an install of its own: late shares pushed, predictions at the edge with
 * features read on-line, outcomes, ingest, alerts. Prints each day and the median.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DEV_CONNECTION } from '../../examples/shared/connection.ts';
import { setUp } from '../../examples/flights/setup/setup.ts';
import { startInstall, type Install } from '../support/install.ts';
import { median } from './load.ts';

/** A Monday to a Friday; a day has about 17,000 flights. */
const DAYS = ['2001-01-23', '2001-01-24', '2001-01-25', '2001-01-26', '2001-01-27'];
const REPLAYED =
  /in ([\d.]+) s: ([\d,]+) predictions \((\d+)\/s\)[\s\S]*where the time went: (.*)\nat the edge, mean of each answer: (.*)\n/;

interface Day {
  readonly seconds: number;
  readonly predictions: number;
  readonly stages: string;
  readonly edge: string;
}

/** In a process of its own, as anyone runs it. */
function replayTo(install: Install, folder: string, to: string): Promise<Day> {
  const where = ['--data', folder, '--graph', install.graphUrl, '--edge', install.edgeUrl];
  const child = spawn(process.execPath, ['dist/examples/flights/main.js', 'replay', ...where, '--to', to]);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      const found = REPLAYED.exec(text);
      if (code !== 0 || !found) return reject(new Error(`the replay ended with ${code}:\n${text}`));
      const [, seconds, predictions = '', , stages = '', edge = ''] = found;
      resolve({ seconds: Number(seconds), predictions: Number(predictions.replaceAll(',', '')), stages, edge });
    });
  });
}

const install = await startInstall();
try {
  const folder = join(install.dataDir, 'examples', 'flights');
  const connection = { ...DEV_CONNECTION, graphUrl: install.graphUrl, edgeUrl: install.edgeUrl };
  await setUp(connection, folder, process.stdout);
  const days: Day[] = [];
  for (const to of DAYS) {
    const day = await replayTo(install, folder, to);
    days.push(day);
    console.log(
      `the day before ${to}: ${day.predictions} predictions in ${day.seconds} s, ` +
        `${Math.round(day.predictions / day.seconds)}/s\n  ${day.stages}\n  at the edge: ${day.edge}`,
    );
  }
  const seconds = median(days.map((day) => day.seconds));
  const rate = median(days.map((day) => day.predictions / day.seconds));
  console.log(`median of ${days.length} days: ${seconds.toFixed(1)} s, ${Math.round(rate)} predictions/s`);
} finally {
  await install.stop();
  rmSync(install.dataDir, { recursive: true, force: true });
}
