import { DomainError } from '../../../../core/errors.ts';
import { GoldenRow } from '../../../../schema/release.ts';
import { modelEvent, versionEvent } from '../../domain/catalogue/asset-events.ts';
import { parseVersionId, versionUrn } from '../../domain/ids.ts';
import { withMaker } from '../../domain/identity.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';
import { ruleRefusal } from '../../domain/rule.ts';
import { lockModel } from '../../storage/version/model.ts';
import { insertVersion, lockVersion, newestVersion, saveVersion } from '../../storage/version/model-version.ts';
import { makersOfUpload } from '../../storage/version/upload.ts';
import { change, record, requireProject, type Changed } from '../change.ts';
import type { RegistryDeps, Request } from '../deps.ts';
import { numberDraft, renumberDraft } from './numbering.ts';
import { takeIn, type Intake } from './intake.ts';
import { FROZEN_FIELDS, readAmendment, readRegistration, type Registration } from './registration.ts';

/** Registration and description of model versions. */
export class ModelVersions {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  /** Reads, mends and runs the uploaded file, then stores the version with the smallest legal number. */
  async register(request: Request, input: unknown): Promise<Changed<ModelVersion>> {
    const wish = readRegistration(input);
    const { db, blobs, runner } = this.#deps;
    const { project } = request.actor;
    const uploaders = await makersOfUpload(db.em(), project, wish.artifact);
    if (!uploaders) {
      throw new DomainError('NOT_FOUND', `nobody has uploaded ${wish.artifact}: use beginUpload and completeUpload`, {
        field: 'artifact',
      });
    }
    await this.#requireEvaluation(wish.evaluation);
    const bytes = await blobs.read(wish.artifact);
    const earlier = await newestVersion(db.em(), project, wish.model);
    const intake = await takeIn(runner, bytes, wish.goldenRows, await this.#goldenOf(earlier));
    const served = await blobs.put([intake.model]);
    const golden = await blobs.put([new TextEncoder().encode(JSON.stringify(intake.golden))]);
    const about = { action: 'model-version.register', subject: `tiffin:${project}:model:${wish.model}` };
    return change(this.#deps, request, about, async (em) => {
      const now = this.#deps.now();
      const { model, isNew } = await lockModel(em, {
        project,
        name: wish.model,
        description: wish.description,
        owner: wish.owner,
        tags: [],
        createdAt: now,
        createdBy: request.actor.subject,
        revision: 1,
      });
      const before = await newestVersion(em, project, wish.model);
      const draft: ModelVersion = {
        ...unnumbered(wish, intake),
        project,
        number: (before?.number ?? 0) + 1,
        digest: served.sha256,
        sizeBytes: served.sizeBytes,
        golden: golden.sha256,
        makers: uploaders.reduce(
          (makers, name) => withMaker(makers, { ...request.actor, subject: name }),
          withMaker([], request.actor),
        ),
        createdAt: now,
        createdBy: request.actor.subject,
      };
      // The answers were compared with the version that was the newest then.
      const sameAnswers = intake.sameAnswers && before?.number === earlier?.number;
      const version = await numberDraft(em, draft, before, sameAnswers, wish.wanted);
      await insertVersion(em, version);
      const recorded = {
        ...about,
        action: 'model-version.registered',
        subject: versionUrn(version),
        at: now,
        after: version,
      };
      const events = [...(isNew ? [modelEvent(model, now)] : []), versionEvent(version, now)];
      return { value: version, eventCursor: await record(em, request, recorded, events) };
    });
  }

  /** Changes what may still change: everything of a draft, afterwards only words and tags (G5). */
  async update(request: Request, id: string, input: unknown): Promise<Changed<ModelVersion>> {
    const amendment = readAmendment(input);
    const key = parseVersionId(id, 'id');
    requireProject(request, key.project, 'id');
    await this.#requireEvaluation(amendment.evaluation ?? null);
    return change(this.#deps, request, { action: 'model-version.update', subject: id }, async (em) => {
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
        description: kept(amendment.description, before.description, ''),
        owner: kept(amendment.owner, before.owner, null),
        tags: kept(amendment.tags, before.tags, []),
        revision: before.revision + 1,
        // Words and tags make nobody a maker.
        makers: frozen.length > 0 ? withMaker(before.makers, request.actor) : before.makers,
      };
      const after = frozen.length > 0 ? await renumberDraft(em, amended) : amended;
      await saveVersion(em, after);
      const at = this.#deps.now();
      const recorded = { action: 'model-version.updated', subject: id, at, before, after };
      return { value: after, eventCursor: await record(em, request, recorded, [versionEvent(after, at)]) };
    });
  }

  async #requireEvaluation(sha256: string | null): Promise<void> {
    if (sha256 === null || (await this.#deps.blobs.stat(sha256))) return;
    throw new DomainError('NOT_FOUND', `there is no evaluation file ${sha256}: upload it first`, {
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
  wish: Registration,
  { contract, classLabels, operators, opsets, producer, golden, goldenOrigin }: Intake,
) => ({
  model: wish.model,
  sourceDigest: wish.artifact,
  algorithm: wish.algorithm,
  hyperParameters: wish.hyperParameters,
  codeCommit: wish.codeCommit,
  trainingSet: wish.trainingSet,
  featureService: wish.featureService,
  evaluation: wish.evaluation,
  claimedMetrics: wish.claimedMetrics,
  description: wish.description,
  owner: wish.owner,
  tags: wish.tags,
  contract,
  classLabels,
  operators,
  opsets,
  producer,
  goldenOrigin,
  goldenRows: golden.length,
  version: '',
  bump: null,
  bumpReasons: [],
  state: 'DRAFT' as const,
  revision: 1,
});
