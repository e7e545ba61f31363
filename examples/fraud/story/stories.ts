import type { Client } from '../../../client/client.ts';
import { clientOf, type Connection } from '../../shared/connection.ts';
import type { ProgressOutput } from '../../shared/progress.ts';
import { table } from '../../shared/report/markdown-table.ts';
import { DAY_MS } from '../population.ts';
import { playRing, ringTable } from './rings.ts';
import type { WindowFindings } from './tally.ts';
import { HABITS, playVelocity } from './velocity.ts';

/** A name that nothing had before. */
export const newRun = (kind: string): string => `${kind}-${Date.now().toString(36)}`;

export async function showRing(connection: Connection, output: ProgressOutput): Promise<void> {
  const answers = await playRing(clientOf(connection), newRun('ring'), Date.now());
  output.write(`${ringTable(answers)}\n`);
}

const HOUR_MS = 3_600_000;

/** Within the week that the store knows, and always 17 minutes past an hour: how far hops are off depends on where they lie. */
const beginOf = (nowMs: number): number => Math.floor((nowMs - 6.5 * DAY_MS) / HOUR_MS) * HOUR_MS + (17 * HOUR_MS) / 60;

export async function showVelocity(connection: Connection, output: ProgressOutput): Promise<void> {
  output.write(`${await velocityText(clientOf(connection))}\n`);
}

/** Each habit with what its windows said. */
export async function velocityText(client: Client): Promise<string> {
  const parts: string[] = [];
  for (const [i, habit] of HABITS.entries()) {
    const beginMs = beginOf(Date.now());
    const findings = await playVelocity(client, `${newRun('payer')}-${i}`, { habit, beginMs });
    parts.push(`${habit.name}:\n${velocityTable(findings)}`);
  }
  return parts.join('\n\n');
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** What windows and counters said, as a table. */
const velocityTable = (findings: readonly WindowFindings[]): string =>
  table(
    ['window', 'on-line', 'wrong', 'in a training set', 'wrong', 'off the exact window', 'INCR and EXPIRE off it'],
    findings.map(({ window, moments, wrong, inTraining, error }) => [
      window,
      String(moments),
      String(wrong),
      String(inTraining.moments),
      String(inTraining.wrong),
      percent(error.hops),
      percent(error.counter),
    ]),
  );
