import { parse } from 'graphql';
import { subjectOf, type ResponseRun } from '../../../domain/response/run.ts';
import { causeOf, next, type RunStage } from './stage.ts';

interface ChangedTraffic {
  readonly applied: boolean;
  readonly effects: readonly string[];
}

const ROLL_BACK = parse('mutation ($input: RollbackInput!) { rollback(input: $input) { applied effects } }');
const FALL_BACK = parse(
  'mutation ($input: ReasonedTrafficInput!) { fallbackDeployment(input: $input) { applied effects } }',
);

const said = ({ applied, effects }: ChangedTraffic): string =>
  applied ? effects.join('; ') : 'it had been done already';

/** To the release before; the registry refuses a target that is not fit. */
export const rollBack: RunStage = async ({ response }, run) => {
  const input = { deployment: run.definition.deployment, cause: causeOf(run), reason: reasonOf(run) };
  return next(said(await response.registry<ChangedTraffic>(run, 'rollback', ROLL_BACK, { input })));
};

/** To what the recipe declares; a person lifts it. */
export const fallBack: RunStage = async ({ response }, run) => {
  const input = { deployment: run.definition.deployment, cause: causeOf(run), reason: reasonOf(run) };
  return next(said(await response.registry<ChangedTraffic>(run, 'fallbackDeployment', FALL_BACK, { input })));
};

const reasonOf = (run: ResponseRun): string => `response policy ${run.policy}, ${subjectOf(run)}`;
