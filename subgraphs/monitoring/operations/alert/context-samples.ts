import type { Pool } from 'pg';
import { evaluateAt } from '../../../../core/promql/evaluate.ts';
import { drop, NAME } from '../../../../core/promql/labels.ts';
import { parsePromql } from '../../../../core/promql/parse.ts';
import { PromqlError } from '../../../../core/promql/promql-error.ts';
import { neededSeries } from '../../../../core/promql/selectors.ts';
import { typeOf } from '../../../../core/promql/type-check.ts';
import { vectorOf } from '../../../../core/promql/values.ts';
import type { AlertRule } from '../../domain/alert/alert-rule.ts';
import type { ContextSample } from '../../domain/incident/incident.ts';
import { loadSeries } from '../../storage/metric-sample.ts';

/** What the context of a rule shows at an instant; what the data do not allow, or nobody sent, is left out. */
export async function contextSamples(pool: Pool, rule: AlertRule, at: Date): Promise<readonly ContextSample[]> {
  const ms = at.getTime();
  const wanted = Object.entries(rule.context).map(([name, text]) => ({ name, expression: parsePromql(text) }));
  if (wanted.length === 0) return [];
  const needs = wanted.flatMap(({ expression }) => neededSeries(expression, { startMs: ms, endMs: ms }));
  const source = await loadSeries(pool, rule.project, needs);
  return wanted.flatMap(({ name, expression }) => {
    try {
      const value = evaluateAt(expression, source, ms);
      if (value.type === 'scalar') return [{ name, labels: {}, value: value.value }];
      if (typeOf(expression) !== 'vector') return [];
      return vectorOf(value).map((sample) => ({ name, labels: drop(sample.labels, [NAME]), value: sample.value }));
    } catch (error) {
      if (error instanceof PromqlError) return [];
      throw error;
    }
  });
}
