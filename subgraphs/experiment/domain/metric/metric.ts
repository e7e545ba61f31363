import type { DomainError } from '../../../../core/errors.ts';
import { Name } from '../../../../schema/common.ts';
import { refuse } from '../refuse.ts';

export const METRIC_KINDS = ['PROPORTION', 'MEAN', 'RATIO', 'QUANTILE', 'COUNT'] as const;
export type MetricKind = (typeof METRIC_KINDS)[number];

/** What is read of one answer, or of the events of a unit. */
export const MEASURES = ['OUTCOME', 'SCORE', 'SQUARED_ERROR', 'LATENCY_MS', 'FALLBACK', 'EVENT'] as const;
export type Measure = (typeof MEASURES)[number];

export const MARGIN_KINDS = ['ABSOLUTE', 'RELATIVE'] as const;
export type MarginKind = (typeof MARGIN_KINDS)[number];

/** What a metric is made of. Whatever it reads of answers, units of randomisation are what varies. */
export interface MetricDefinition {
  readonly kind: MetricKind;
  readonly measure: Measure;
  /** Of a RATIO: what the sum of the measure is divided by. */
  readonly per: Measure | null;
  /** Of EVENT: the name of the pushed events. */
  readonly event: string | null;
  /** Of a RATIO per EVENT: the name of the pushed events by the sum of whose values it is divided. */
  readonly perEvent: string | null;
  /** Of PROPORTION and COUNT: values from here on count. */
  readonly positiveFrom: number | null;
  /** Of a QUANTILE: which one, and what it must not exceed. */
  readonly quantile: number | null;
  readonly ceiling: number | null;
  /** Winsorizing: values below or above count as these. */
  readonly lowest: number | null;
  readonly highest: number | null;
  /** Outcomes that happen later than this after the answer do not count; null: all do. */
  readonly attributionHours: number | null;
  readonly higherIsBetter: boolean;
  /** The smallest effect worth having where it decides, as a share of the control's value; null: the experiment says so. */
  readonly minimumEffect: number | null;
  /** How much worse is still accepted where it guards; null: whoever uses it says so. */
  readonly margin: number | null;
  readonly marginKind: MarginKind;
}

/** One revision of a metric: what refers to a metric refers to one of its revisions, which never change. */
export interface Metric {
  readonly project: string;
  readonly name: string;
  readonly revision: number;
  readonly description: string;
  readonly definition: MetricDefinition;
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** Which fields a kind must have; the others of these it must not. */
const OWN = {
  PROPORTION: ['positiveFrom'],
  MEAN: [],
  RATIO: ['per'],
  QUANTILE: ['quantile', 'ceiling'],
  COUNT: ['positiveFrom'],
} as const satisfies Record<MetricKind, readonly (keyof MetricDefinition)[]>;
const OF_KINDS = ['positiveFrom', 'per', 'quantile', 'ceiling'] as const;

/** Measures that wait for an outcome. */
const LATE: ReadonlySet<Measure> = new Set(['OUTCOME', 'SQUARED_ERROR']);

/** Whether a metric has a value only once an outcome is known. */
export const needsOutcome = ({ measure, per }: MetricDefinition): boolean =>
  LATE.has(measure) || (per !== null && LATE.has(per));

/** Throws INVALID_INPUT that names the field and what is allowed. */
export function checkMetric({ name, definition }: Metric): void {
  const checked = Name.safeParse(name);
  if (!checked.success) throw refuse('name', checked.error.issues[0]?.message ?? 'not a name');
  checkFields(definition);
  const { quantile, lowest, highest, attributionHours, margin, kind } = definition;
  for (const field of ['positiveFrom', 'ceiling', 'lowest', 'highest'] as const) {
    const value = definition[field];
    if (value !== null && !Number.isFinite(value)) throw refuseField(field, 'must be a finite number');
  }
  if (quantile !== null && !(quantile > 0 && quantile < 1)) {
    throw refuseField('quantile', `is ${quantile}; allowed: above 0 and below 1`);
  }
  if (lowest !== null && highest !== null && lowest >= highest) {
    throw refuseField('lowest', `is ${lowest}, which is not below highest, ${highest}`);
  }
  if (attributionHours !== null && !(attributionHours > 0 && attributionHours < Infinity)) {
    throw refuseField('attributionHours', `is ${attributionHours}; allowed: above 0`);
  }
  if (attributionHours !== null && !needsOutcome(definition) && definition.event === null) {
    throw refuseField(
      'attributionHours',
      `belongs to metrics of outcomes and events; ${definition.measure} is known with the answer`,
    );
  }
  if (margin !== null && kind === 'QUANTILE') {
    throw refuseField('margin', 'a QUANTILE is held against its ceiling and has no margin');
  }
  checkMargin('definition.margin', margin);
  const { minimumEffect } = definition;
  if (minimumEffect !== null && !(minimumEffect > 0 && minimumEffect < Infinity)) {
    throw refuseField('minimumEffect', `is ${minimumEffect}; allowed: above 0`);
  }
}

/** Throws INVALID_INPUT for a margin that accepts nothing that can be shown. */
export function checkMargin(field: string, margin: number | null): void {
  if (margin === null || (margin > 0 && margin < Infinity)) return;
  throw refuse(field, `is ${margin}; allowed: above 0`);
}

/** Names a field of the definition as callers write it. */
const refuseField = (field: keyof MetricDefinition, message: string, allowed?: readonly unknown[]): DomainError =>
  refuse(`definition.${field}`, message, allowed);

/** Each unit that was exposed counts, with or without events. */
function checkEvent({ kind, measure, per, event, perEvent }: MetricDefinition): void {
  const ofEvents = measure === 'EVENT';
  if (kind === 'RATIO' && (per === 'EVENT') !== ofEvents) {
    const message = ofEvents
      ? `is ${per}; what is counted per unit is divided by EVENT`
      : 'cannot be EVENT, since answers are divided by what is read of them';
    throw refuseField('per', message, ofEvents ? ['EVENT'] : MEASURES.filter((allowed) => allowed !== 'EVENT'));
  }
  checkEventName('event', event, ofEvents ? `the measure EVENT needs it: the name of the events` : null);
  checkEventName('perEvent', perEvent, per === 'EVENT' ? 'a RATIO per EVENT needs it: the name of the events' : null);
}

/** Throws INVALID_INPUT for a name that is missing, `needed` says why, that is none, or that nothing reads. */
function checkEventName(field: 'event' | 'perEvent', name: string | null, needed: string | null): void {
  if (needed === null) {
    if (name !== null) throw refuseField(field, 'belongs to the measure EVENT: nothing here reads events by it');
    return;
  }
  if (name === null) throw refuseField(field, needed);
  const named = Name.safeParse(name);
  if (!named.success) throw refuseField(field, named.error.issues[0]?.message ?? 'not a name');
}

function checkFields(definition: MetricDefinition): void {
  checkEvent(definition);
  const { kind, lowest, highest, higherIsBetter } = definition;
  const own: readonly string[] = OWN[kind];
  for (const field of OF_KINDS) {
    const isThere = definition[field] !== null;
    if (own.includes(field) && !isThere) throw refuseField(field, `a ${kind} needs it`);
    if (!own.includes(field) && isThere) throw refuseField(field, `a ${kind} has none`, own);
  }
  if ((lowest !== null || highest !== null) && kind !== 'MEAN' && kind !== 'RATIO') {
    throw refuseField(lowest === null ? 'highest' : 'lowest', `is for MEAN and RATIO; a ${kind} counts`, [
      'MEAN',
      'RATIO',
    ]);
  }
  if (kind === 'QUANTILE' && higherIsBetter) {
    throw refuseField('higherIsBetter', 'a QUANTILE is held under its ceiling: lower is better', [false]);
  }
}

/** Whether both say the same of a model. */
export function isSameMetric(
  a: Pick<Metric, 'description' | 'definition'>,
  b: Pick<Metric, 'description' | 'definition'>,
): boolean {
  const fields = Object.keys(b.definition) as (keyof MetricDefinition)[];
  return a.description === b.description && fields.every((field) => a.definition[field] === b.definition[field]);
}

/** The metric with another definition, as its next revision. Throws INVALID_INPUT where nothing would change. */
export function revise(
  metric: Metric,
  next: Pick<Metric, 'description' | 'definition' | 'createdAt' | 'createdBy'>,
): Metric {
  const revised: Metric = { ...metric, ...next, revision: metric.revision + 1 };
  checkMetric(revised);
  if (isSameMetric(metric, next)) throw refuseField('kind', `revision ${metric.revision} says the same already`);
  return revised;
}

/** One revision of a metric as something uses it: what it says does not change under who uses it. */
export interface MetricUse {
  readonly name: string;
  readonly revision: number;
  readonly definition: MetricDefinition;
}

/** More of them, corrected for their number, find nothing. */
const MOST_SECONDARY = 50;

/** Throws INVALID_INPUT for a metric that is named twice, or that has no value to compare. */
export function checkSecondary(secondary: readonly MetricUse[], field = 'secondary'): void {
  if (secondary.length > MOST_SECONDARY) {
    throw refuse(field, `there are ${secondary.length}; allowed: up to ${MOST_SECONDARY}`);
  }
  const names = secondary.map(({ name }) => name);
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) < i) throw refuse(`${field}.${i}.metric`, `"${name}" is compared already`);
  }
}
