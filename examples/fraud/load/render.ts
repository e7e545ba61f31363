import { table } from '../../shared/report/markdown-table.ts';
import { FRAUDS } from '../generator/transaction.ts';
import type { Account } from './account.ts';
import { STAGES } from './findings.ts';
import type { LoadResult } from './load.ts';
import { LATENCIES, type Samples } from './percentiles.ts';

const whole = (value: number): string => value.toLocaleString('en');
const ms = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(value < 10 ? 2 : 1));
const figure = (value: number | null): string => (value === null ? 'unknown' : value.toFixed(4));
const per = (part: number, of: number): string => (of === 0 ? '–' : `${((100 * part) / of).toFixed(1)} %`);

/** What a load found, for people. */
export function renderLoad(result: LoadResult): string {
  return `${[headline(result), latencies(result), decisions(result), patterns(result), accounts(result)].join('\n\n')}\n`;
}

function headline({ options, findings, seconds }: LoadResult): string {
  const { perSecond, seconds: wanted, connections } = options;
  const refused = [...findings.refusals].map(([why, times]) => `${whole(times)} × ${why}`).join(', ');
  return (
    `asked ${whole(perSecond * wanted)} at ${whole(perSecond)}/s for ${wanted} s over ${connections} connections: ` +
    `${whole(findings.answered)} answered in ${seconds.toFixed(1)} s${refused === '' ? '' : `, not answered: ${refused}`}`
  );
}

const latencyRow = (name: string, samples: Samples): string[] => {
  const at = samples.percentiles(LATENCIES);
  return [name, ms(at.p50), ms(at.p99), ms(at['p99.9'])];
};

const latencies = ({ findings }: LoadResult): string =>
  table(
    ['milliseconds', 'p50', 'p99', 'p99.9'],
    [
      latencyRow('from the moment it was due', findings.latency),
      ...STAGES.map((stage) => latencyRow(`at the edge: ${stage}`, findings.stages[stage])),
    ],
  );

function decisions({ findings }: LoadResult): string {
  const list = (counts: ReadonlyMap<string, number>): string =>
    [...counts]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, times]) => `${name} ${whole(times)}`)
      .join(', ');
  const fallbacks = list(findings.fallbacks);
  return [
    `decided: ${list(findings.decisions)}`,
    `by a fallback: ${fallbacks === '' ? 'none' : fallbacks}; over budget and marked: ${whole(findings.overruns)}`,
  ].join('\n');
}

const patterns = ({ findings }: LoadResult): string =>
  table(
    ['planted', 'fraud', 'asked', 'declined', 'sent to a person'],
    [...findings.patterns]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([pattern, { asked, declined, reviewed }]) => [
        pattern,
        FRAUDS.has(pattern) ? 'yes' : 'no',
        whole(asked),
        per(declined, asked),
        per(reviewed, asked),
      ]),
  );

function accounts({ events, slowestEventMs, before, after, stored, outcomes }: LoadResult): string {
  const since = (of: keyof Omit<Account, 'balanced'>): string => whole(after[of] - before[of]);
  return [
    `events: ${whole(events.sent)} sent, ${whole(events.accepted)} in the log, ${whole(events.rejected)} refused, ` +
      `in ${whole(events.batches)} batches; the slowest took ${slowestEventMs.toFixed(0)} ms`,
    `account of this load: answered ${since('answered')} = stored ${since('stored')} + queued ${whole(after.queued)} + ` +
      `dropped ${since('dropped')} + sampled out ${since('sampledOut')}${after.balanced ? '' : ': it does not close'}`,
    `outcomes: ${whole(outcomes)} sent, ${whole(stored.labelled)} of ${whole(stored.predictions)} predictions have theirs; ` +
      `AUC ${figure(stored.auc)}, Brier ${figure(stored.brier)}`,
  ].join('\n');
}
