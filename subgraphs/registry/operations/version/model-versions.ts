import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import { GoldenRow } from '../../../../schema/release.ts';
import { modelEvent, versionEvent } from '../../domain/catalogue/asset-events.ts';
import { modelUrn, versionUrn } from '../../domain/ids.ts';
import { withMaker } from '../../domain/identity.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';
import { ruleRefusal } from '../../domain/rule.ts';
import { tierAfter } from '../../domain/governance/risk-tier.ts';
import type { RiskTier } from '../../domain/governance/tier-policy.ts';
import { tierPolicy } from '../../storage/governance/tier-policy.ts';
import { laneFor, thrownBy, type ModelJob } from '../../domain/version/model-job.ts';
import { lockModel } from '../../storage/version/model.ts';
import {
  findVersion,
  insertVersion,
  lockVersion,
  newestVersion,
  saveVersion,
  versionBefore,
} from '../../storage/version/model-version.ts';
import { makersOfUpload } from '../../storage/version/upload.ts';
import { LONGEST_WAIT_MS, checkWait } from '../../../../core/longest-wait.ts';
import type { RegistryDeps } from '../deps.ts';
import type { ModelJobTools } from './model-jobs.ts';
import { numberDraft, renumberDraft } from './numbering.ts';
import { takeIn, type Intake } from './intake.ts';
import {
  FROZEN_FIELDS,
  readAmendment,
  readRegistration,
  type Registration,
} from '../../domain/version/registration.ts';

/** How a registration stands. */
export interface Registered {
  readonly job: ModelJob;
  /** Null while it goes on. */
  readonly version: ModelVersion | null;
}

/** Registration and description of model versions. */
export class ModelVersions {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
    deps.modelJobs.perform('REGISTRATION', (job, context, tools) => this.#carryOut(job, context, tools));
  }

  /**
   * Has the uploaded file read, mended and run, and stored with the smallest legal number; waits up to `waitMs` for the
   * end of it, and throws what it failed with until then. `alongside` writes what belongs to the job, in its transaction.
   */
  async register(
    context: RequestContext,
    { waitMs = LONGEST_WAIT_MS, ...input }: { readonly waitMs?: number },
    alongside?: (em: EntityManager, job: ModelJob) => Promise<void>,
  ): Promise<Registered> {
    checkWait(waitMs);
    const { modelJobs, db } = this.#deps;
    const { project } = context.actor;
    const { model, artifact, evaluation } = readRegistration(input, project);
    await this.#uploadersOf(project, artifact);
    await this.#requireEvaluation(evaluation);
    const lane = laneFor((await this.#deps.blobs.stat(artifact))?.sizeBytes ?? 0);
    const asked = { kind: 'REGISTRATION', model, number: null, lane, input } as const;
    const begun = await modelJobs.begin(context, asked, alongside);
    const job = await modelJobs.end(begun, waitMs);
    if (job.error) throw thrownBy(job.error);
    const { number } = job;
    return { job, version: number === null ? null : await findVersion(db.em(), { project, model, number }, 'id') };
  }

  async #uploadersOf(project: string, artifact: string): Promise<readonly string[]> {
    const uploaders = await makersOfUpload(this.#deps.db.em(), project, artifact);
    if (uploaders) return uploaders;
    throw new DomainError(
      'NOT_FOUND',
      `artifact: nobody has uploaded ${artifact}: use beginUpload and completeUpload`,
      {
        field: 'artifact',
      },
    );
  }

  async #carryOut(job: ModelJob, context: RequestContext, { runner, at }: ModelJobTools): Promise<void> {
    const registration = readRegistration(job.input, context.actor.project);
    const { db, blobs, modelJobs } = this.#deps;
    const { project } = context.actor;
    const uploaders = await this.#uploadersOf(project, registration.artifact);
    const bytes = await blobs.read(registration.artifact);
    const earlier = await newestVersion(db.em(), project, registration.model);
    await at('TRYING');
    const intake = await takeIn(runner, bytes, registration.goldenRows, await this.#goldenOf(earlier));
    await at('STORING');
    const served = await blobs.put([intake.model]);
    const golden = await blobs.put([new TextEncoder().encode(JSON.stringify(intake.golden))]);
    const about = { action: 'model-version.register', subject: modelUrn.format({ project, name: registration.model }) };
    await change(this.#deps, context, about, async (em, now) => {
      const claimed = await modelJobs.claim(em, job.key);
      const { model, isNew } = await lockModel(em, {
        project,
        name: registration.model,
        description: registration.description,
        owner: registration.owner,
        tags: [],
        createdAt: now,
        createdBy: context.actor.subject,
        revision: 1,
      });
      const before = await newestVersion(em, project, registration.model);
      const riskTier = tierAfter(registration.riskTier, before?.riskTier);
      const draft: ModelVersion = {
        ...unnumbered(registration, intake),
        riskTier,
        policyRevision: (await tierPolicy(em, project, riskTier)).revision,
        project,
        number: (before?.number ?? 0) + 1,
        digest: served.sha256,
        sizeBytes: served.sizeBytes,
        golden: golden.sha256,
        makers: uploaders.reduce(
          (makers, name) => withMaker(makers, { ...context.actor, subject: name }),
          withMaker([], context.actor),
        ),
        createdAt: now,
        createdBy: context.actor.subject,
      };
      // The answers were compared with the version that was the newest then.
      const sameAnswers = intake.sameAnswers && before?.number === earlier?.number;
      const version = await numberDraft(em, draft, before, sameAnswers, registration.wanted);
      await insertVersion(em, version);
      const events = [...(isNew ? [modelEvent(model, now)] : []), versionEvent(version, now)];
      const { number } = version;
      const finish = (eventCursor: string | null): Promise<void> =>
        modelJobs.succeed(em, claimed, { number, eventCursor });
      return { value: version, subject: versionUrn.format(version), events, finish };
    });
  }

  /** Changes what may still change: everything of a draft, afterwards only words and tags (G5). */
  async update(context: RequestContext, input: { readonly id: string }): Promise<Changed<ModelVersion>> {
    const { id, ...changes } = input;
    const key = versionUrn.parse(context.actor.project, id);
    const amendment = readAmendment(changes, context.actor.project);
    await this.#requireEvaluation(amendment.evaluation ?? null);
    const name = { action: 'model-version.update', subject: versionUrn.format(key) };
    return change(this.#deps, context, name, async (em, at) => {
      const before = await lockVersion(em, key, 'id');
      const frozen = FROZEN_FIELDS.filter((field) => amendment[field] !== undefined);
      if (before.state !== 'DRAFT' && frozen.length > 0) {
        throw ruleRefusal(
          'G5',
          `a ${before.state} version keeps its ${frozen.join(', ')}: register a new version`,
          {
            field: frozen[0],
            state: before.state,
            allowed: ['description', 'owner', 'tags'],
          },
          'FAILED_PRECONDITION',
        );
      }
      const amended: ModelVersion = {
        ...before,
        algorithm: kept(amendment.algorithm, before.algorithm, null),
        hyperParameters: kept(amendment.hyperParameters, before.hyperParameters, {}),
        codeCommit: kept(amendment.codeCommit, before.codeCommit, null),
        trainingSet: kept(amendment.trainingSet, before.trainingSet, null),
        featureService: kept(amendment.featureService, before.featureService, null),
        evaluation: kept(amendment.evaluation, before.evaluation, null),
        claimedMetrics: kept(amendment.claimedMetrics, before.claimedMetrics, {}),
        ...(await this.#tierOf(em, before, amendment.riskTier ?? null)),
        purpose: kept(amendment.purpose, before.purpose, null),
        intendedUse: kept(amendment.intendedUse, before.intendedUse, null),
        limits: kept(amendment.limits, before.limits, null),
        card: kept(amendment.card, before.card, null),
        businessMetric: kept(amendment.businessMetric, before.businessMetric, null),
        thirdParty: kept(amendment.thirdParty, before.thirdParty, false),
        description: kept(amendment.description, before.description, ''),
        owner: kept(amendment.owner, before.owner, null),
        tags: kept(amendment.tags, before.tags, []),
        revision: before.revision + 1,
        // Words and tags make nobody a maker.
        makers: frozen.length > 0 ? withMaker(before.makers, context.actor) : before.makers,
      };
      const after = frozen.length > 0 ? await renumberDraft(em, amended) : amended;
      await saveVersion(em, after);
      return { value: after, before, events: [versionEvent(after, at)] };
    });
  }

  /** The tier of a draft, and the policy that it is held to. */
  async #tierOf(
    em: EntityManager,
    version: ModelVersion,
    wanted: RiskTier | null,
  ): Promise<Pick<ModelVersion, 'riskTier' | 'policyRevision'>> {
    const { riskTier: tier, policyRevision } = version;
    if (wanted === null || wanted === tier) return { riskTier: tier, policyRevision };
    const riskTier = tierAfter(wanted, (await versionBefore(em, version))?.riskTier);
    return { riskTier, policyRevision: (await tierPolicy(em, version.project, riskTier)).revision };
  }

  async #requireEvaluation(sha256: string | null): Promise<void> {
    if (sha256 === null || (await this.#deps.blobs.stat(sha256))) return;
    throw new DomainError('NOT_FOUND', `evaluation: there is no evaluation file ${sha256}: upload it first`, {
      field: 'evaluation',
    });
  }

  async #goldenOf(version: ModelVersion | undefined): Promise<readonly GoldenRow[]> {
    if (!version) return [];
    return readGolden(await this.#deps.blobs.read(version.golden));
  }
}

export const readGolden = (bytes: Uint8Array): readonly GoldenRow[] =>
  GoldenRow.array().parse(JSON.parse(new TextDecoder().decode(bytes)));

/** Undefined keeps what was there, null empties it. */
const kept = <T>(given: T | null | undefined, before: T, empty: T): T =>
  given === undefined ? before : (given ?? empty);

const unnumbered = (
  registration: Registration,
  { contract, classLabels, operators, opsets, producer, golden, goldenOrigin }: Intake,
) => ({
  model: registration.model,
  sourceDigest: registration.artifact,
  algorithm: registration.algorithm,
  hyperParameters: registration.hyperParameters,
  codeCommit: registration.codeCommit,
  trainingSet: registration.trainingSet,
  featureService: registration.featureService,
  evaluation: registration.evaluation,
  claimedMetrics: registration.claimedMetrics,
  purpose: registration.purpose,
  intendedUse: registration.intendedUse,
  limits: registration.limits,
  card: registration.card,
  businessMetric: registration.businessMetric,
  thirdParty: registration.thirdParty,
  description: registration.description,
  owner: registration.owner,
  tags: registration.tags,
  contract,
  classLabels,
  operators,
  opsets,
  producer,
  goldenOrigin,
  goldenRows: golden.length,
  proofs: [],
  metrics: [],
  evidence: null,
  revalidateBy: null,
  version: '',
  bump: null,
  bumpReasons: [],
  state: 'DRAFT' as const,
  revision: 1,
});
