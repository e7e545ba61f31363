import { DomainError } from '../../../../core/errors.ts';
import type { Definition } from '../../../shared/definitions/definition.ts';
import { differencesOf } from '../../../shared/definitions/differences.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { experimentAsInput } from '../../domain/experiment/experiment-as-input.ts';
import { EXPERIMENT, refuseUnevaluable, type Experiment } from '../../domain/experiment/experiment.ts';
import { experimentIds } from '../../domain/ids.ts';
import { refuseOverlap } from '../../domain/experiment/namespace.ts';
import { changed, eventOf } from '../../domain/study.ts';
import { experimentKind } from '../../storage/experiment/experiment.ts';
import { holdersOf } from '../../storage/experiment/namespace-holders.ts';
import { insertStudy, lockNamed, saveStudy } from '../../storage/study.ts';
import { checkTargetingIn, draftOf, placesOf, type ExperimentInput } from './experiment-draft.ts';
import { asUsedIn } from '../metric/metric-uses.ts';
import type { RegistryTraffic } from '../registry-traffic.ts';
import { refusePending } from '../studies.ts';

/** An experiment as it shall be: a new one is a draft, a draft is replaced, and what has started stays as it is. */
export async function experimentDefinition(
  traffic: RegistryTraffic,
  { actor }: RequestContext,
  input: ExperimentInput,
): Promise<Definition<Experiment>> {
  const { project } = actor;
  await checkTargetingIn(traffic, actor, { ...placesOf(project, input), targeting: input.targeting });
  return {
    action: 'experiment.define',
    subject: experimentIds.format({ project, name: input.name }),
    idOf: (experiment) => experimentIds.format(experiment),
    asInput: experimentAsInput,
    decide: async (em, at) => {
      const before = await lockNamed(em, experimentKind, project, input.name);
      const asked = await draftOf(em, actor, before ? asUsedBy(before, input) : input, at);
      const differences = before && differencesOf(experimentAsInput(before), experimentAsInput(asked));
      if (before && differences?.length === 0) return { before, after: before };
      if (before) checkReplaceable(before, differences?.[0]?.path ?? 'name');
      const { namespace: slice, unit } = asked;
      if (slice) {
        const holders = await holdersOf(em, project, slice.name);
        const own = experimentIds.format(asked);
        refuseOverlap(
          { unit, slice },
          holders.filter(({ id }) => id !== own),
        );
      }
      if (!before) return { before, after: asked };
      const { clientEvaluation, createdAt, createdBy, revision } = before;
      const after = changed({ ...asked, clientEvaluation, createdAt, createdBy, revision });
      refuseUnevaluable(after);
      return { before, after };
    },
    save: async (em, { before, after }, at) => {
      if (before) await saveStudy(em, experimentKind, after);
      else await insertStudy(em, experimentKind, after);
      return [eventOf(EXPERIMENT, after, at)];
    },
  };
}

/** Its metrics, in the revisions that it uses already where others are not named. */
const asUsedBy = (before: Experiment, input: ExperimentInput): ExperimentInput => ({
  ...input,
  primary: input.primary && asUsedIn(before.primary ? [before.primary] : [], input.primary),
  secondary: input.secondary.map((use) => asUsedIn(before.secondary, use)),
  guardrails: input.guardrails.map((use) => asUsedIn(before.guardrails, use)),
});

/** Throws CONFLICT for one that has started, or that waits for the registry to start. */
function checkReplaceable(before: Experiment, path: string): void {
  refusePending(before);
  if (before.status === 'DRAFT') return;
  const field = /^\w+/.exec(path)?.[0] ?? path;
  const isRunning = before.status === 'RUNNING';
  const how = isRunning
    ? 'reviseExperiment changes targeting, secondary, guardrails and segments, changeExperimentSplit the shares'
    : 'a new question is a new experiment';
  throw new DomainError(
    'CONFLICT',
    `${field}: the experiment is ${before.status}, and files leave it as it is: ${how}`,
    {
      field,
      status: before.status,
      allowed: isRunning ? ['reviseExperiment', 'changeExperimentSplit'] : ['createExperiment'],
    },
  );
}
