import type { Level } from './definition.ts';

/** What the default plan is set up for. */
export interface PresetInput {
  readonly deployment: string;
  readonly model: string;
  /** Who is paged; none: nobody is. */
  readonly receivers: readonly string[];
  readonly trainer: string | null;
  readonly level: Level;
}

export interface PresetPolicy {
  readonly name: string;
  readonly description: string;
  readonly definition: object;
}

const DRIFT = ['COVARIATE_SHIFT', 'PRIOR_SHIFT', 'CONCEPT_DRIFT'];

/**
 * The usual plan: great drift of many features retrains from all of a month, some drift goes on from what there is, a loss of
 * performance learns what it is about and has the backup answer. Drift alone takes no model away.
 */
export function sourcePlan({ deployment, model, receivers, trainer, level }: PresetInput): readonly PresetPolicy[] {
  const retrain = (strategy: string, days: number) => ({ kind: 'RETRAIN', model, strategy, days, trainer });
  const page = (name: string, description: string, trigger: object): readonly PresetPolicy[] =>
    receivers.length === 0
      ? []
      : [{ name, description, definition: { deployment, level, trigger, action: { kind: 'PAGE', receivers } } }];
  return [
    {
      name: `${model}-high-full-retraining`,
      description: 'More than three features drift greatly: learn anew from the last 30 days.',
      definition: {
        deployment,
        level,
        trigger: { causes: DRIFT, severity: 'CRITICAL', alerts: 4 },
        action: { ...retrain('FULL', 30), answerHours: 12 },
        cooldownMinutes: 1_440,
      },
    },
    ...page(`${model}-high-notice`, 'Great drift: somebody looks for its cause at once.', {
      causes: DRIFT,
      severity: 'CRITICAL',
    }),
    {
      name: `${model}-moderate-incremental-retraining`,
      description: 'Some drift: go on from the model that serves with the last 7 days, within 48 hours.',
      definition: {
        deployment,
        level,
        trigger: { causes: DRIFT, severity: 'WARNING', persistedMinutes: 60 },
        action: { ...retrain('INCREMENTAL', 7), answerHours: 48 },
        cooldownMinutes: 2_880,
      },
    },
    ...page(`${model}-moderate-notice`, 'Some drift: somebody looks closer.', { causes: DRIFT, severity: 'WARNING' }),
    {
      name: `${model}-performance-backup`,
      description: 'Scores are much worse than they were: the fallback of the recipe answers until a person lifts it.',
      definition: {
        deployment,
        level,
        trigger: { causes: ['PERFORMANCE_LOSS'], severity: 'CRITICAL' },
        action: { kind: 'FALLBACK' },
      },
    },
    {
      name: `${model}-performance-targeted-retraining`,
      description: 'Scores are worse than they were: learn what the alerts are about from the last 7 days.',
      definition: {
        deployment,
        level,
        trigger: { causes: ['PERFORMANCE_LOSS'], severity: 'WARNING' },
        action: { ...retrain('TARGETED', 7), answerHours: 24 },
        cooldownMinutes: 1_440,
      },
    },
    {
      name: `${model}-low-log`,
      description: 'A little drift: kept on record; the next regular retraining takes it in.',
      definition: {
        deployment,
        level: 'OBSERVE',
        trigger: { causes: DRIFT, severity: 'INFO' },
        action: { ...retrain('INCREMENTAL', 7), answerHours: 168 },
        cooldownMinutes: 10_080,
      },
    },
  ];
}
