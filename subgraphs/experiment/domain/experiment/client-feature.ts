import type { LayerAhead } from '../../../../schema/event.ts';
import type { GrowthbookFeature, GrowthbookFilter, GrowthbookRule } from '../../../../schema/growthbook.ts';
import { armNames, type Experiment } from './experiment.ts';
import { experimentIds } from '../ids.ts';
import type { NamespaceSlice } from './namespace.ts';

/** What the registry last said of a deployment: what decides there before the split does. */
export interface TrafficAhead {
  readonly trafficRevision: number;
  readonly layers: readonly LayerAhead[];
}

/** Of these states something can be said to a client; of a draft nothing is decided, and of an archived one nobody asks. */
export const SHOWN_STATUSES = ['RUNNING', 'STOPPED', 'DECIDED'] as const;

/**
 * An experiment as a feature of GrowthBook, whose value is the name of an arm. While it holds its deployment's traffic it has the
 * rules by which every unit gets the arm that the edge gives it; before and after that its value is what ships, else the control.
 * Nothing is split either before the registry was heard of the traffic in which it does.
 */
export function clientFeature(experiment: Experiment, ahead: TrafficAhead | null): GrowthbookFeature {
  const { status, lease, decision } = experiment;
  const [control = ''] = armNames(experiment);
  const holds = status === 'RUNNING' && lease !== null && lease.lostAt === null;
  const isKnown = holds && ahead !== null && ahead.trafficRevision >= lease.trafficRevision;
  if (!isKnown || ahead.layers.some(({ kind }) => kind === 'KILL')) return { defaultValue: decision?.arm ?? control };
  return { defaultValue: control, rules: rulesOf(experiment, ahead.layers) };
}

/** Several rules where a unit can stand towards the holdout in several ways; each unit meets one of them at most. */
function rulesOf(experiment: Experiment, ahead: readonly LayerAhead[]): GrowthbookRule[] {
  const { unit, hashVersion, seed, splitRevision, revisions, namespace } = experiment;
  const pieces = (revisions.at(-1)?.ranges ?? []).flatMap(({ arm, ranges }) => ranges.map((range) => ({ arm, range })));
  const arms = pieces.map(({ arm }) => arm);
  const widths = pieces.map(({ range: [from, to] }) => to - from);
  const coverage = widths.reduce((sum, width) => sum + width, 0);
  const inSlice = namespace ? [namespaceFilter(namespace, unit)] : [];
  const rule: GrowthbookRule = {
    key: experimentIds.format(experiment),
    phase: String(splitRevision),
    hashAttribute: unit,
    hashVersion,
    seed,
    variations: arms,
    ranges: pieces.map(({ range: [from, to] }) => [from, to]),
    meta: arms.map((key) => ({ key })),
    coverage: Math.min(1, coverage),
    weights: widths.map((width) => width / coverage),
    disableStickyBucketing: true,
    ...(namespace && { filters: inSlice }),
  };
  const variants = ahead.filter((layer) => layer.kind === 'VARIANT').map(outsideVariant);
  const holdout = ahead.find((layer) => layer.kind === 'HOLDOUT');
  if (!holdout) return [withTargeting(rule, variants)];
  const outsideHoldout: GrowthbookFilter = {
    seed: holdout.seed,
    attribute: holdout.unit,
    hashVersion: 2,
    ranges: [[holdout.share, 1]],
  };
  const outside = withTargeting({ ...rule, filters: [...inSlice, outsideHoldout] }, variants);
  // Without the unit of the holdout nobody is in it, and GrowthBook's filter would leave such a unit out.
  return holdout.unit === unit ? [outside] : [outside, withTargeting(rule, [...variants, lacking(holdout.unit)])];
}

/** A namespace hashes as GrowthBook's own do, whatever the experiment's hash. */
const namespaceFilter = ({ name, from, to }: NamespaceSlice, attribute: string): GrowthbookFilter => ({
  seed: `__${name}`,
  attribute,
  hashVersion: 1,
  ranges: [[from, to]],
});

type Condition = Readonly<Record<string, unknown>>;

function withTargeting(rule: GrowthbookRule, conditions: readonly Condition[]): GrowthbookRule {
  const [only] = conditions;
  if (!only) return rule;
  return { ...rule, condition: conditions.length === 1 ? { ...only } : { $and: conditions } };
}

/** Those whom a variant answers are not split. An edge reads values as texts, whatever a client calls them. */
const outsideVariant = ({ field, values }: Extract<LayerAhead, { kind: 'VARIANT' }>): Condition => ({
  [field]: { $nin: values.flatMap((value) => [value, ...otherForms(value)]) },
});

function otherForms(value: string): readonly (number | boolean)[] {
  if (value === 'true' || value === 'false') return [value === 'true'];
  return String(Number(value)) === value ? [Number(value)] : [];
}

const lacking = (field: string): Condition => ({ $or: [{ [field]: { $exists: false } }, { [field]: '' }] });
