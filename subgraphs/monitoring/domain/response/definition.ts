import * as z from 'zod';
import { IdText, Name } from '../../../../schema/common.ts';
import { validated } from '../../../../schema/validated.ts';
import { ALERT_SEVERITIES, EVALUATIONS } from '../alert/alert-rule.ts';
import { checkRanges } from '../alert/alert-rule-checks.ts';
import { checkedExpression } from '../alert/alert-rule-input.ts';
import { deploymentUrn } from '../ids.ts';
import { CAUSES } from '../incident/cause.ts';
import { Action } from './action.ts';
import { checkTogether } from './definition-checks.ts';
import { QuietHours } from './quiet-hours.ts';

/** How far a policy goes by itself. */
export const LEVELS = ['OBSERVE', 'SUGGEST', 'APPROVE', 'AUTOMATIC'] as const;
export type Level = (typeof LEVELS)[number];

/** Which alerts of an incident it looks at, and how many of them fire together, since when. */
const AlertTrigger = z.strictObject({
  /** Names of alert rules; empty: of any. */
  rules: z.array(Name).max(100).default([]),
  /** What the alerts are signs of; empty: of anything. */
  causes: z.array(z.enum(CAUSES)).max(CAUSES.length).default([]),
  /** The least severity of an alert that counts. */
  severity: z.enum(ALERT_SEVERITIES).default('INFO'),
  /** How many alerts fire together at least. */
  alerts: z.int().min(1).max(1_000).default(1),
  /** Since when so many fire. */
  persistedMinutes: z.number().min(0).max(43_200).default(0),
});

/** A condition on indicators, in the words of an alert rule. */
const IndicatorTrigger = z.strictObject({
  /** PromQL; each series that it gives is one that meets it. */
  expression: z.string().min(1),
  /** How long a series has met it at least; the expression itself may say it. */
  forSeconds: z.number().nullish(),
});

export type AlertTrigger = z.infer<typeof AlertTrigger>;
export interface IndicatorTrigger {
  readonly expression: string;
  readonly forSeconds: number;
}

const Guards = z.strictObject({
  /** Predictions of enrolled nodes in the last hours, at least. */
  leastPredictions: z
    .strictObject({ count: z.int().min(1), hours: z.int().min(1).max(720) })
    .nullable()
    .default(null),
  /** When nothing is done. */
  quietHours: z.array(QuietHours).max(10).default([]),
  /** Not while an experiment or a rollout holds the traffic; left out: for all but ROLL_BACK, FALLBACK and PAGE. */
  notWhileTrafficIsHeld: z.boolean().optional(),
});

const Breaker = z.strictObject({ actions: z.int().min(1).max(100), hours: z.number().min(1).max(8_760) });

const Definition = z.strictObject({
  deployment: IdText,
  level: z.enum(LEVELS),
  /** AUTOMATIC: by the clock. ON_DEMAND: by `evaluateResponses` alone, as a replay does. */
  evaluation: z.enum(EVALUATIONS).default('AUTOMATIC'),
  trigger: AlertTrigger,
  guards: Guards.prefault({}),
  action: Action,
  cooldownMinutes: z.number().min(0).max(525_600).default(60),
  breaker: Breaker.default({ actions: 3, hours: 24 }),
  /**
   * How long it waits for a person: to let it act, to approve its version or its recipe. Null: it asks as long as its
   * trigger holds, and stops where a version or a recipe is not approved.
   */
  approvalHours: z.number().min(0.01).max(8_760).nullable().default(null),
});

/** What a policy says: when it acts, when it does not, what it does, and how far it goes alone. */
export type PolicyDefinition = Omit<z.infer<typeof Definition>, 'trigger'> & {
  readonly trigger: AlertTrigger | IndicatorTrigger;
  readonly guards: { readonly notWhileTrafficIsHeld: boolean };
};

const OnIndicators = Definition.extend({ trigger: IndicatorTrigger });
/** Whether what a caller gives has an expression: then nothing about alerts goes with it. */
const namesExpression = (input: unknown): boolean =>
  z.looseObject({ trigger: z.looseObject({ expression: z.unknown() }) }).safeParse(input).data?.trigger.expression !==
  undefined;

/** These hurry, or move no traffic. */
const GOES_PAST_HOLDERS: readonly PolicyDefinition['action']['kind'][] = ['ROLL_BACK', 'FALLBACK', 'PAGE'];

/** A definition with all that it leaves out. Throws INVALID_INPUT that names the field and what is allowed. */
export function readDefinition(project: string, input: unknown): PolicyDefinition {
  const read = namesExpression(input) ? onIndicators(input) : validated(Definition, input);
  checkTogether(read);
  const deployment = deploymentUrn.format(deploymentUrn.parse(project, read.deployment, 'deployment'));
  const { notWhileTrafficIsHeld = !GOES_PAST_HOLDERS.includes(read.action.kind) } = read.guards;
  return { ...read, deployment, guards: { ...read.guards, notWhileTrafficIsHeld } };
}

function onIndicators(input: unknown) {
  const { trigger, ...others } = validated(OnIndicators, input);
  const { text, forSeconds } = checkedExpression(trigger.expression, trigger.forSeconds ?? null, 'trigger.');
  const settings = { expression: text, forSeconds: forSeconds ?? trigger.forSeconds ?? 0 };
  checkRanges({ forSeconds: settings.forSeconds }, 'trigger.');
  return { ...others, trigger: settings };
}
