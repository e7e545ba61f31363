import { count, span } from './numbers.ts';
import { words } from './state.tsx';

/** What the graph gives as JSON: a whole definition of a response policy, nothing left out. */
interface Definition {
  readonly level: string;
  readonly trigger:
    | { readonly expression: string; readonly forSeconds: number }
    | {
        readonly rules: readonly string[];
        readonly causes: readonly string[];
        readonly severity: string;
        readonly alerts: number;
        readonly persistedMinutes: number;
      };
  readonly guards: {
    readonly leastPredictions: { readonly count: number; readonly hours: number } | null;
    readonly quietHours: readonly { readonly from: string; readonly to: string; readonly timeZone: string }[];
    readonly notWhileTrafficIsHeld: boolean;
  };
  readonly action:
    | {
        readonly kind: 'RETRAIN';
        readonly model: string;
        readonly strategy: string;
        readonly days: number;
        readonly until: string;
      }
    | { readonly kind: 'SHADOW' | 'ROLLOUT'; readonly release: string }
    | { readonly kind: 'PAGE'; readonly receivers: readonly string[] }
    | { readonly kind: 'ROLL_BACK' | 'FALLBACK' };
  readonly cooldownMinutes: number;
  readonly breaker: { readonly actions: number; readonly hours: number };
}

const read = (definition: unknown): Definition => definition as Definition;

/** When it is triggered: "4 alerts together, critical or worse, covariate shift, for 1 h". */
export function triggerWords(definition: unknown): string {
  const { trigger } = read(definition);
  if ('expression' in trigger) {
    return trigger.forSeconds > 0 ? `${trigger.expression}, for ${span(trigger.forSeconds)}` : trigger.expression;
  }
  const { alerts, severity, causes, rules, persistedMinutes } = trigger;
  return [
    alerts === 1 ? 'an alert' : `${count(alerts)} alerts together`,
    ...(severity === 'INFO' ? [] : [severity === 'CRITICAL' ? 'critical' : `${words(severity)} or worse`]),
    ...(causes.length > 0 ? [causes.map(words).join(' or ')] : []),
    ...(rules.length > 0 ? [`of ${rules.join(' or ')}`] : []),
    ...(persistedMinutes > 0 ? [`for ${span(persistedMinutes * 60)}`] : []),
  ].join(', ');
}

/** What it does: "retrain fraud (full, 30 days), until validated". */
export function actionWords(definition: unknown): string {
  const { action } = read(definition);
  if (action.kind === 'RETRAIN') {
    const { model, strategy, days, until } = action;
    return `retrain ${model} (${words(strategy)}, ${count(days)} days), until ${words(until)}`;
  }
  if (action.kind === 'SHADOW') return `compare release ${numberOf(action.release)} in a shadow`;
  if (action.kind === 'ROLLOUT') return `roll release ${numberOf(action.release)} out step by step`;
  if (action.kind === 'PAGE') return `page ${action.receivers.join(', ')}`;
  return action.kind === 'ROLL_BACK' ? 'roll back to the release before' : 'have the fallback answer';
}

/** What holds it back, one by one. */
export function brakeWords(definition: unknown): readonly string[] {
  const { guards, cooldownMinutes, breaker } = read(definition);
  const { leastPredictions, quietHours, notWhileTrafficIsHeld } = guards;
  return [
    `at most ${count(breaker.actions)} within ${span(breaker.hours * 3_600)}, else its breaker opens`,
    ...(cooldownMinutes > 0 ? [`not within ${span(cooldownMinutes * 60)} of its last action`] : []),
    ...(leastPredictions
      ? [`not before ${count(leastPredictions.count)} predictions within ${count(leastPredictions.hours)} h`]
      : []),
    ...quietHours.map(({ from, to, timeZone }) => `not from ${from} to ${to} (${timeZone})`),
    ...(notWhileTrafficIsHeld ? ['not while an experiment or a rollout holds the traffic'] : []),
  ];
}

/** Whether it does more than page without asking: to make or resume it then takes an approver (rule G2). */
export function actsAlone(definition: unknown): boolean {
  const { level, action } = read(definition);
  return level === 'AUTOMATIC' && action.kind !== 'PAGE';
}

const numberOf = (release: string): string => release.split('/').at(-1) ?? release;
