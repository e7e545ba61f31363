import { Environment } from '../../core/environment.ts';

/** How this subgraph runs, besides what every subgraph is given. */
export interface ExperimentConfig {
  /** How long one request for new facts may wait at monitoring for something to happen. */
  readonly factWaitMs: number;
  /** How often it looks for steps that the registry has never answered. */
  readonly pendingCheckSeconds: number;
  /** How often rollouts are judged. */
  readonly rolloutSeconds: number;
  /** How often blue-green switches are judged. */
  readonly switchSeconds: number;
  /** For how many days pushed events of units are kept that nothing reads; 0: for ever. */
  readonly unitEventDays: number;
  /** For how many days events are kept that are superseded and made no edge of lineage; 0: for ever. */
  readonly outboxDays: number;
}

/** Reads the settings. Throws INVALID_INPUT that lists everything that is wrong with them. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): ExperimentConfig {
  const env = new Environment(variables);
  const config: ExperimentConfig = {
    factWaitMs: env.integer('TIFFIN_FACT_WAIT_MS', 5_000, 0, 30_000),
    pendingCheckSeconds: env.integer('TIFFIN_PENDING_CHECK_SECONDS', 10, 1, 3_600),
    rolloutSeconds: env.integer('TIFFIN_ROLLOUT_SECONDS', 60, 1, 3_600),
    unitEventDays: env.integer('TIFFIN_UNIT_EVENT_DAYS', 0, 0, 36_600),
    outboxDays: env.integer('TIFFIN_OUTBOX_DAYS', 90, 0, 36_600),
    switchSeconds: env.integer('TIFFIN_SWITCH_SECONDS', 5, 1, 3_600),
  };
  env.throwProblems();
  return Object.freeze(config);
}
