import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { validated } from '../../../../schema/validated.ts';
import type { Alert } from './alert.ts';
import { alertRuleUrn, deploymentUrn, parsedId } from '../ids.ts';
import { meets, readMatcher, type LabelMatcher } from '../notify/matcher.ts';

/** For a while nobody outside is told of some alerts: those of a rule, of a deployment, or of a rule on a deployment. */
export interface Silence {
  readonly project: string;
  readonly id: string;
  /** Name of the rule; null: of any. */
  readonly rule: string | null;
  /** Null: of any. */
  readonly deployment: string | null;
  /** Conditions on the labels of alerts, all of which hold. */
  readonly matchers: readonly LabelMatcher[];
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly comment: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** Where somebody ended it early. */
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
}

export interface SilenceInput {
  readonly rule?: string | null;
  readonly deployment?: string | null;
  /** As Alertmanager writes them: `city="pune"`, with =, !=, =~ or !~. */
  readonly matchers?: readonly string[] | null;
  /** Left out: now. */
  readonly startsAt?: Date | null;
  readonly endsAt: Date;
  readonly comment: string;
}

const MOST_MS = 366 * 86_400_000;
const Commented = z.object({ comment: z.string().min(1).max(2_000) });
const refuse = (field: string, message: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field });

type NewSilence = Omit<Silence, 'project' | 'id' | 'createdAt' | 'createdBy' | 'endedAt' | 'endedBy'>;

/** What a new silence is made of. Throws INVALID_INPUT that names the field: one that is for everything is none. */
export function checkedSilence(project: string, input: SilenceInput, now: Date): NewSilence {
  const { startsAt, endsAt } = { ...input, startsAt: input.startsAt ?? now };
  const rule = typeof input.rule === 'string' ? alertRuleUrn.parse(project, input.rule, 'rule').name : null;
  const deployment = parsedId(deploymentUrn, project, input.deployment, 'deployment');
  const matchers = (input.matchers ?? []).map(checkedMatcher);
  if (rule === null && deployment === null && matchers.length === 0) {
    throw refuse('rule', 'name a rule, a deployment, or labels in matchers');
  }
  if (endsAt <= now) throw refuse('endsAt', `${endsAt.toISOString()} is over; allowed: a time to come`);
  const lengthMs = endsAt.getTime() - startsAt.getTime();
  if (lengthMs <= 0 || lengthMs > MOST_MS) {
    throw refuse('endsAt', 'a silence must end after it starts, by at most 366 days');
  }
  return { rule, deployment, matchers, startsAt, endsAt, ...validated(Commented, input) };
}

function checkedMatcher(text: string): LabelMatcher {
  const matcher = readMatcher(text);
  if (matcher) return matcher;
  throw refuse('matchers', `${text} is none; allowed: label="value", with =, !=, =~ or !~`);
}

/** Whether nobody is to be told of an alert at an instant. */
export const covers = (silence: Silence, alert: Pick<Alert, 'rule' | 'deployment' | 'labels'>, at: Date): boolean =>
  (silence.rule === null || silence.rule === alert.rule) &&
  (silence.deployment === null || silence.deployment === alert.deployment) &&
  meets(alert.labels, silence.matchers) &&
  at >= silence.startsAt &&
  at < silence.endsAt &&
  (silence.endedAt === null || at < silence.endedAt);
