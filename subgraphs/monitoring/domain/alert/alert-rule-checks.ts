import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { checkTemplate } from '../../../../core/promql/template.ts';
import { Name } from '../../../../schema/common.ts';
import { validated } from '../../../../schema/validated.ts';
import { signalOf } from '../signals/signals.ts';
import { checkedWindow } from '../time-window.ts';
import type { AlertRuleSettings, SignalCondition } from './alert-rule.ts';

export interface LabelInput {
  readonly name: string;
  readonly value: string;
}

const DAY_S = 86_400;

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  windowSeconds: [1, 90 * DAY_S],
  delaySeconds: [0, 365 * DAY_S],
  forSeconds: [0, 90 * DAY_S],
  keepFiringForSeconds: [0, 90 * DAY_S],
  evaluationIntervalSeconds: [1, 30 * DAY_S],
};

const refuse = (field: string, message: string): DomainError => new DomainError('INVALID_INPUT', message, { field });

const Named = z.object({ name: Name, description: z.string().max(10_000) });

/** Settings that may stand together. Throws INVALID_INPUT that names the field. */
export function checkedSettings<Settings extends AlertRuleSettings>(settings: Settings): Settings {
  const { baseline } = settings;
  const named = {
    ...settings,
    ...validated(Named, settings),
    baseline: baseline && checkedWindow('baseline', baseline),
  };
  checkRanges(named);
  if (named.expression === null) checkSignal(named);
  return named;
}

/** Settings in seconds, those of them that are given. `within` stands before the name of the field. Throws INVALID_INPUT. */
export function checkRanges(settings: Partial<AlertRuleSettings>, within = ''): void {
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value = (settings[name as keyof AlertRuleSettings] ?? null) as number | null;
    if (value === null || (Number.isSafeInteger(value) && value >= least && value <= most)) continue;
    const field = `${within}${name}`;
    throw refuse(field, `${field}: ${value} is out of range; allowed: a whole number from ${least} to ${most}`);
  }
}

/** Throws INVALID_INPUT for a setting that the signal cannot use, and for one that it needs. */
function checkSignal(rule: SignalCondition): void {
  const { needs } = signalOf(rule.signal);
  if (!Number.isFinite(rule.threshold)) throw refuse('threshold', 'threshold: must be a finite number');
  if (needs.feature !== (rule.feature !== null)) {
    const wanted = needs.feature ? 'needs the name of a feature' : 'takes no feature';
    throw refuse('feature', `feature: the signal ${rule.signal} ${wanted}`);
  }
  if (needs.baseline !== (rule.baseline !== null)) {
    const wanted = needs.baseline ? 'needs a baseline window' : 'takes no baseline window';
    throw refuse('baseline', `baseline: the signal ${rule.signal} ${wanted}`);
  }
  if (rule.featureView !== null && rule.feature === null) {
    throw refuse('featureView', `featureView: the signal ${rule.signal} takes no feature view`);
  }
  checkMinRows(rule);
}

function checkMinRows({ signal, minRows }: SignalCondition): void {
  if (!signalOf(signal).needs.rows) {
    if (minRows !== null)
      throw refuse('minRows', `minRows: the signal ${signal} counts the rows themselves: it takes no minRows`);
  } else if (minRows === null || !Number.isSafeInteger(minRows) || minRows < 1 || minRows > 1_000_000) {
    throw refuse('minRows', `minRows: ${minRows} is out of range; allowed: a whole number from 1 to 1000000`);
  }
}

const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const MOST_LABELS = 64;
/** What an alert is called by, whatever a rule says. */
const OURS = ['alertname', '__name__'];

/** Names and templates, each name once. Throws INVALID_INPUT. */
export function recordOf(
  field: 'labels' | 'annotations',
  given: readonly LabelInput[],
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  if (given.length > MOST_LABELS) throw refuse(field, `${field}: at most ${MOST_LABELS}`);
  for (const { name, value } of given) {
    if (!LABEL.test(name))
      throw refuse(field, `${field}: "${name}" is no name; allowed: letters, digits and "_", no digit first`);
    if (field === 'labels' && OURS.includes(name)) throw refuse(field, `${field}: ${name} is the name of the rule`);
    if (name in found) throw refuse(field, `${field}: ${name} comes twice`);
    const problem = checkTemplate(value);
    if (problem !== null) throw refuse(field, `${field}: ${name}: ${problem}`);
    found[name] = value;
  }
  return found;
}
