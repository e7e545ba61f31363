import type { EntityManager } from '@mikro-orm/postgresql';
import { urnIn } from '../../../../core/urn-grammar.ts';
import type { Actor } from '../../../shared/auth/actor.ts';
import { designOf, type Design } from '../../domain/experiment/design.ts';
import { controlFirst } from '../../domain/experiment/arms.ts';
import { checkExperiment, type Experiment } from '../../domain/experiment/experiment.ts';
import { deploymentUrn, experimentIds, releaseUrn } from '../../domain/ids.ts';
import { checkTargeting } from '../../domain/experiment/targeting.ts';
import { hashVersionOf, type Arm } from '../../domain/study.ts';
import {
  guardrailsOf,
  metricUseOf,
  overall,
  secondaryOf,
  type GuardrailInput,
  type MetricUseInput,
} from '../metric/metric-uses.ts';
import type { RegistryTraffic } from '../registry-traffic.ts';

interface ArmInput {
  readonly name: string;
  readonly release: string;
  readonly share: number;
}

/** What a person says of a new experiment. */
export interface ExperimentInput extends Pick<
  Experiment,
  | 'name'
  | 'description'
  | 'hypothesis'
  | 'deployment'
  | 'positiveFrom'
  | 'unit'
  | 'segments'
  | 'targeting'
  | 'namespace'
  | 'stratum'
  | 'covariate'
  | 'balance'
> {
  /** `mde` left out: the smallest effect that the primary metric calls worth having. */
  readonly design: Omit<Design, 'mde'> & { readonly mde: number | null };
  readonly arms: readonly ArmInput[];
  /** The name of the arm with which the others are compared. */
  readonly control: string;
  /** Left out: the share of units that convert decides. */
  readonly primary: MetricUseInput | null;
  readonly secondary: readonly MetricUseInput[];
  readonly guardrails: readonly Omit<GuardrailInput, 'segment'>[];
  readonly hashVersion: number;
  /** The experiment's id where it is left out. */
  readonly seed: string | null;
}

/** The deployment and the arms by their whole ids, the control first. Throws INVALID_INPUT or NOT_FOUND that names the field. */
export function placesOf(
  project: string,
  { deployment, arms, control }: Pick<ExperimentInput, 'deployment' | 'arms' | 'control'>,
): Pick<Experiment, 'deployment' | 'arms'> {
  const whole = arms.map(({ name, release }, i): Arm => ({
    name,
    release: urnIn(releaseUrn, project, release, `arms.${i}.release`),
    modelVersions: [],
  }));
  const ordered = controlFirst(whole, control);
  return { deployment: urnIn(deploymentUrn, project, deployment, 'deployment'), arms: ordered };
}

/** A new experiment by what somebody says of it. Throws INVALID_INPUT or NOT_FOUND that names the field. */
export async function draftOf(
  em: EntityManager,
  { project, subject: createdBy }: Actor,
  input: ExperimentInput,
  createdAt: Date,
): Promise<Experiment> {
  const { arms, control: _, seed, primary, secondary, guardrails, design, ...rest } = input;
  const deciding = primary && (await metricUseOf(em, project, primary, 'primary'));
  const experiment: Experiment = {
    ...rest,
    ...placesOf(project, input),
    project,
    split: Object.fromEntries(arms.map(({ name, share }) => [name, share])),
    primary: deciding,
    design: designOf(design, deciding),
    secondary: await secondaryOf(em, project, secondary),
    guardrails: await guardrailsOf(em, project, guardrails.map(overall)),
    seed: seed ?? experimentIds.format({ project, name: input.name }),
    hashVersion: hashVersionOf(input.hashVersion),
    status: 'DRAFT',
    splitRevision: 1,
    revisions: [],
    lease: null,
    pending: null,
    decision: null,
    clientEvaluation: false,
    createdAt,
    createdBy,
    revision: 1,
  };
  checkExperiment(experiment);
  return experiment;
}

/** By the recipes of what may answer: the registry checks it once more when the split begins. */
export async function checkTargetingIn(
  traffic: RegistryTraffic,
  { project, subject: onBehalfOf }: Actor,
  { deployment, targeting, arms }: Pick<Experiment, 'deployment' | 'targeting' | 'arms'>,
): Promise<void> {
  if (targeting === null) return;
  const releases = arms.map(({ release }) => release);
  checkTargeting(targeting, await traffic.recipes({ project, onBehalfOf }, deployment, releases));
}
