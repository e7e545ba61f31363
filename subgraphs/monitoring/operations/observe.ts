import type { Pool } from 'pg';
import { parsePromql } from '../../../core/promql/parse.ts';
import { evaluateAt, evaluateSteps, type QueryRange } from '../../../core/promql/evaluate.ts';
import { isComparison, type Expression } from '../../../core/promql/expression.ts';
import { keyOf, NAME, drop } from '../../../core/promql/labels.ts';
import { neededSeries, type NeededSeries } from '../../../core/promql/selectors.ts';
import type { Sample, SeriesSource } from '../../../core/promql/series.ts';
import { typeOf } from '../../../core/promql/type-check.ts';
import { vectorOf } from '../../../core/promql/values.ts';
import { seenBySignal, seriesOf, type SeenSeries } from '../domain/alert/alert-evaluation.ts';
import { windowAt, type AlertRule, type SignalRule } from '../domain/alert/alert-rule.ts';
import { UNNARROWED } from '../domain/prediction-window.ts';
import type { SignalSource } from '../domain/signals/signal.ts';
import { signalOf } from '../domain/signals/signals.ts';
import { loadSeries } from '../storage/metric-sample.ts';
import { hasPredictions } from '../storage/record/prediction-window.ts';
import { countAnswers } from '../storage/rollup/answer-count.ts';
import { readValueProfile } from '../storage/quality/value-profile.ts';
import { readValues, type ValueWindow } from '../storage/record/value-window.ts';
import type { MonitoringDeps } from './deps.ts';
import { figures } from './quality/performance.ts';
import { minutesSince } from './rollup/rollups.ts';

type StoreDeps = Pick<MonitoringDeps, 'db' | 'minuteDays' | 'now'>;

/** What signals are measured from, over the store: answers are counted by rollups, distributions by profiles, what needs each of them by records. */
const sourceOver = (pool: Pool, since: Date | null): SignalSource => ({
  values: (window, features, like) => readValues(pool, window, features, like as ValueWindow | undefined),
  profile: (window, name) => readValueProfile(pool, window, name, since),
  figures: (window) => figures(pool, window),
  count: (window) => countAnswers(pool, window, since),
  everAnswered: (window) => hasPredictions(pool, window),
});

/** What the rule's signal shows at an instant, from the records of enrolled nodes. */
export async function observeSignal(deps: StoreDeps, rule: SignalRule, at: Date): Promise<readonly SeenSeries[]> {
  const { project, deployment } = rule;
  const window = { project, deployment, trust: 'server', ...UNNARROWED, ...windowAt(rule, at) } as const;
  return seenBySignal(
    rule,
    await signalOf(rule.signal).measure(sourceOver(deps.db.pool, minutesSince(deps)), window, rule),
  );
}

type ExpressionRule = Extract<AlertRule, { readonly signal: null }>;
/** What an evaluation of an expression needs to know. */
export type Watched = Pick<ExpressionRule, 'expression' | 'delaySeconds' | 'noDataState'>;

const known = new Map<string, Expression>();
const MOST_KNOWN = 10_000;

/** Rules are evaluated again and again: their text is read once. */
function parsed(text: string): Expression {
  let expression = known.get(text);
  if (!expression) {
    if (known.size >= MOST_KNOWN) known.clear();
    expression = parsePromql(text);
    known.set(text, expression);
  }
  return expression;
}

const instantOf = ({ delaySeconds }: Watched, at: Date): number => at.getTime() - delaySeconds * 1_000;

const neededBy = (rules: readonly Watched[], at: Date): readonly NeededSeries[] =>
  rules.flatMap((rule) => {
    const ms = instantOf(rule, at);
    return neededSeries(parsed(rule.expression), { startMs: ms, endMs: ms });
  });

/** Reads, in one go, what the expressions of rules of one project look at. */
export const loadFor = (pool: Pool, project: string, rules: readonly Watched[], at: Date): Promise<SeriesSource> =>
  loadSeries(pool, project, neededBy(rules, at));

/** Since when the expressions among some rules look at samples; null where none does. */
export function earliestRead(rules: readonly (AlertRule | Watched)[], at: Date): Date | null {
  const needs = neededBy(
    rules.filter((rule) => rule.expression !== null),
    at,
  );
  return needs.length === 0 ? null : new Date(Math.min(...needs.map(({ fromMs }) => fromMs)));
}

/**
 * Which series an expression gives, and which it only looks at: what a comparison at its top drops was seen, and is a miss.
 * Throws a PromqlError where the data do not allow it.
 */
export function observeExpression(rule: Watched, source: SeriesSource, at: Date): readonly SeenSeries[] {
  const expression = parsed(rule.expression);
  const ms = instantOf(rule, at);
  const hits = samplesOf(expression, source, ms).map(hit);
  const compared =
    expression.kind === 'binary' && isComparison(expression.operator) && !expression.bool ? expression : null;
  if (!compared || rule.noDataState === 'OK') return hits;
  const met = new Set(hits.map(({ labels }) => keyOf(labels)));
  const watched = typeOf(compared.left) === 'vector' ? compared.left : compared.right;
  const looked = samplesOf(watched, source, ms).map((sample) => ({ ...hit(sample), seen: 'miss' as const }));
  return [...hits, ...looked.filter(({ labels }) => !met.has(keyOf(labels)))];
}

/** What an expression gave, asked step by step of a time. Throws a PromqlError at the first step where the data do not allow it. */
export async function observeSteps(
  pool: Pool,
  project: string,
  text: string,
  query: QueryRange,
): Promise<() => readonly SeenSeries[]> {
  const expression = parsed(text);
  const steps = evaluateSteps(expression, await loadSeries(pool, project, neededSeries(expression, query)), query);
  return () => {
    const { value, done } = steps.next();
    return done === true ? [] : value.samples.map(hit);
  };
}

const samplesOf = (expression: Expression, source: SeriesSource, ms: number): readonly Sample[] =>
  vectorOf(evaluateAt(expression, source, ms));

const hit = ({ labels, value }: Sample): SeenSeries => ({
  ...seriesOf(drop(labels, [NAME])),
  seen: 'hit',
  value,
  n: 1,
});
