import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { Guardrail } from '../../domain/metric/guardrail.ts';
import { metricIds } from '../../domain/ids.ts';
import { refuse } from '../../domain/refuse.ts';
import { checkMargin, type MarginKind, type Metric, type MetricUse } from '../../domain/metric/metric.ts';
import { requireMetric } from '../../storage/metric/metric.ts';

/** A revision of a metric; the newest where none is named. */
export interface MetricUseInput {
  readonly metric: string;
  readonly revision: number | null;
}

export interface GuardrailInput extends MetricUseInput {
  readonly margin: number | null;
  readonly marginKind: MarginKind | null;
  readonly segment: string | null;
}

/** Guardrails of experiments hold over all units. */
export const overall = (guardrail: Omit<GuardrailInput, 'segment'>): GuardrailInput => ({
  ...guardrail,
  segment: null,
});

/** What guards, as it stands now. Throws NOT_FOUND or INVALID_INPUT that names the field. */
export async function guardrailsOf(
  em: EntityManager,
  project: string,
  inputs: readonly GuardrailInput[],
): Promise<readonly Guardrail[]> {
  const found: Guardrail[] = [];
  for (const [i, { metric, revision, ...input }] of inputs.entries()) {
    const field = `guardrails.${i}`;
    found.push(guardrailOf(await metricOf(em, project, { metric, revision }, field), input, field));
  }
  return found;
}

/** As `guardrailsOf`, for what is held by answers alone: throws INVALID_INPUT for a metric of pushed events. */
export async function answerGuardrailsOf(
  em: EntityManager,
  project: string,
  inputs: readonly GuardrailInput[],
): Promise<readonly Guardrail[]> {
  const found = await guardrailsOf(em, project, inputs);
  for (const [i, { name, definition }] of found.entries()) {
    if (definition.event === null) continue;
    const message = `${name} is of pushed events, which experiments and holdouts read; a rollout is held by answers`;
    throw refuse(`guardrails.${i}.metric`, message);
  }
  return found;
}

/** Where a revision of a metric is left out, what uses one already goes on with that one. */
export function asUsedIn<Use extends MetricUseInput>(uses: readonly MetricUse[], use: Use): Use {
  const used = uses.find(({ name }) => name === use.metric.split(':').at(-1));
  return use.revision === null && used ? { ...use, revision: used.revision } : use;
}

/** What is compared as well. Throws NOT_FOUND that names the field. */
export async function secondaryOf(
  em: EntityManager,
  project: string,
  inputs: readonly MetricUseInput[],
  field = 'secondary',
): Promise<readonly MetricUse[]> {
  const found: MetricUse[] = [];
  for (const [i, input] of inputs.entries()) {
    found.push(await metricUseOf(em, project, input, `${field}.${i}`));
  }
  return found;
}

/** One revision of a metric, as something uses it. Throws NOT_FOUND that names the field. */
export async function metricUseOf(
  em: EntityManager,
  project: string,
  input: MetricUseInput,
  field: string,
): Promise<MetricUse> {
  const { name, revision, definition } = await metricOf(em, project, input, field);
  return { name, revision, definition };
}

function metricOf(
  em: EntityManager,
  project: string,
  { metric: id, revision }: MetricUseInput,
  field: string,
): Promise<Metric> {
  const { name } = metricIds.parse(project, id, `${field}.metric`);
  return requireMetric(em, { project, name, revision }, `${field}.metric`);
}

function guardrailOf(
  { name, revision, definition }: Metric,
  { margin: own, marginKind, segment }: Omit<GuardrailInput, 'metric' | 'revision'>,
  field: string,
): Guardrail {
  const hasMargin = definition.kind !== 'QUANTILE';
  const margin = own ?? definition.margin;
  const wrong = (message: string): DomainError =>
    new DomainError('INVALID_INPUT', `${field}.margin: ${message}`, { field: `${field}.margin` });
  if (hasMargin && margin === null) throw wrong(`${name} says of none: how much worse is accepted?`);
  if (!hasMargin && own !== null) throw wrong(`${name} is held against its ceiling and has no margin`);
  checkMargin(`${field}.margin`, margin);
  return { name, revision, definition, margin, marginKind: marginKind ?? definition.marginKind, segment };
}
