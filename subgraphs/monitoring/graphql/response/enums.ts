import { LEVELS } from '../../domain/response/definition.ts';
import { DRY_RUN_OUTCOMES } from '../../domain/response/dry-run.ts';
import { RUN_STATES, STAGES, STEP_KINDS } from '../../domain/response/run.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';

export const LevelEnum = graphqlEnum('ResponseLevel', LEVELS, 'How far a policy goes without asking.', {
  OBSERVE: 'Keeps on record what it would have done.',
  SUGGEST: 'Says what to do; people do it.',
  APPROVE: 'Asks; another person than its author lets it act.',
  AUTOMATIC: 'Acts by itself, within its brakes.',
});

export const RunStateEnum = graphqlEnum('ResponseRunState', RUN_STATES, 'Where a run of a policy stands.', {
  WAITING: 'A brake holds it; it is judged again.',
  ASKING: 'It waits for a person: approveResponseRun or rejectResponseRun.',
  ACTING: 'Its action is under way; `stage` says how far.',
  OBSERVED: 'It would have acted, and only observes.',
  SUGGESTED: 'It said what to do.',
  DONE: 'All of its action is done.',
  STOPPED: 'Its action came no further; the last step says why.',
  REJECTED: 'A person ended it.',
  LAPSED: 'Its trigger no longer held before anything was done.',
  EXPIRED: 'Nobody approved what it waited for in time.',
});

export const StageEnum = graphqlEnum('ResponseStage', STAGES, 'One command of an action, or what it waits for.', {
  REQUEST: 'Asks the trainer.',
  TRAIN: 'Waits for a version.',
  SUBMIT: 'Submits the version.',
  VALIDATE: 'Has its gates computed.',
  APPROVE: 'Has it approved by a standing approval, or waits until a person approves it.',
  RELEASE: 'Makes a release: what serves, with the new version in it.',
  SHADOW: 'Starts the shadow.',
  COMPARE: 'Waits for the pairs of the shadow, and judges them.',
  ROLL_OUT: 'Starts the rollout.',
  PROMOTE: "Waits for the rollout's verdicts.",
  ROLL_BACK: 'Goes back to the release before.',
  FALL_BACK: 'Has the fallback answer.',
  PAGE: 'Pages people.',
});

export const StepKindEnum = graphqlEnum('ResponseStepKind', STEP_KINDS, 'What a run went through.');

export const DryRunOutcomeEnum = graphqlEnum(
  'ResponseDryRunOutcome',
  DRY_RUN_OUTCOMES,
  'What a policy would have done.',
);
