import { DomainError } from '../../../../core/errors.ts';
import { inlineExternalData, externalFilesOf } from '../../../../core/onnx/external-data.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { VersionKey } from '../../domain/ids.ts';
import { loggedModelRoot, placeOf, runRoot, safePath } from '../../domain/tracking/artifact-path.ts';
import type { LoggedModel, RunArtifact, Texts, TrainingRun } from '../../domain/tracking/tracking.ts';
import { thrownBy } from '../../domain/version/model-job.ts';
import { modelFileOf } from '../../domain/version/model-file.ts';
import { withLabels, type OriginFile } from '../../domain/version/registered-model.ts';
import { insertOrigin, findOrigins } from '../../storage/version/registered-model.ts';
import { makersOfUpload } from '../../storage/version/upload.ts';
import type { RegistryDeps } from '../deps.ts';
import type { Artifacts } from '../tracking/artifacts.ts';
import type { LoggedModels } from '../tracking/logged-models.ts';
import type { TrainingRuns } from '../tracking/training-runs.ts';
import type { ModelJobs } from './model-jobs.ts';
import type { ModelVersions } from './model-versions.ts';
import type { RegisteredModels } from './registered-models.ts';
import type { RegisteredViews, VersionView } from './registered-views.ts';
import type { Uploads } from './uploads.ts';

/** What a client asks to register out of its files. */
export interface RunRegistration {
  readonly model: string;
  /** `models:/m-…`, `models:/<name>/<number>`, `runs:/<run>/<path>` or `mlflow-artifacts:/<path>`. */
  readonly source: string;
  readonly run: string | null;
  readonly loggedModel: string | null;
  readonly runLink: string | null;
  readonly description: string;
  readonly labels: Texts;
}

type Deps = Pick<RegistryDeps, 'db' | 'blobs'> & {
  readonly uploads: Uploads;
  readonly versions: ModelVersions;
  readonly modelJobs: ModelJobs;
  readonly runs: TrainingRuns;
  readonly loggedModels: LoggedModels;
  readonly artifacts: Artifacts;
  readonly models: RegisteredModels;
  readonly views: RegisteredViews;
};

/** The files at a source, and who made them. */
interface Source {
  readonly files: readonly OriginFile[];
  readonly makers: readonly string[];
  readonly run: TrainingRun | null;
  readonly loggedModel: LoggedModel | null;
}

/** Clients wait two minutes for an answer. */
const WAIT_MS = 100_000;

/** Registers a version out of what a training run wrote: by the same operation, checks and audit as every other. */
export class RunRegistrations {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async register(context: RequestContext, input: RunRegistration): Promise<VersionView> {
    const { versions, modelJobs, views } = this.#deps;
    await this.#deps.models.require(context, input.model);
    const labels = withLabels({}, input.labels);
    const source = await this.#sourceOf(context, input);
    const artifact = await this.#artifactOf(context, source);
    const declared = declarationOf(source, labels);
    const registration = { ...declared, waitMs: 0, model: input.model, artifact, description: input.description };
    const { job } = await versions.register(context, registration, (em, { key }) =>
      insertOrigin(em, {
        job: key,
        project: context.actor.project,
        model: input.model,
        source: input.source,
        run: source.run?.id ?? null,
        loggedModel: source.loggedModel?.id ?? null,
        runLink: input.runLink,
        files: source.files,
        labels,
      }),
    );
    const { error, number } = await modelJobs.end(job, WAIT_MS);
    if (error) throw thrownBy(error);
    if (number !== null) return views.version(context, { model: input.model, number });
    throw new DomainError(
      'CONFLICT',
      `the registration takes longer than ${WAIT_MS / 1_000} seconds and goes on: ask modelJob(id: "${job.key}") for its end`,
      { job: job.key },
    );
  }

  async #sourceOf(context: RequestContext, input: RunRegistration): Promise<Source> {
    const { source } = input;
    const version = /^models:\/([^/@]+)\/([1-9]\d{0,8})\/?$/.exec(source);
    if (version) {
      const [, model = '', number = '0'] = version;
      return this.#ofVersion(context, decodeURIComponent(model), Number(number));
    }
    const logged = /^models:\/(m-[0-9a-f]{32})(?:\/(.*))?$/.exec(source);
    const loggedId = logged?.[1] ?? input.loggedModel;
    const loggedModel = loggedId === null ? null : await this.#deps.loggedModels.byId(context, loggedId);
    const ofRun = /^runs:\/([0-9a-f]{32})\/(.*)$/.exec(source);
    const runId = ofRun?.[1] ?? input.run ?? loggedModel?.run ?? null;
    const run = runId === null ? null : await this.#deps.runs.byId(context, runId);
    const root = folderOf(source, { logged: logged ? loggedModel : null, loggedBelow: logged?.[2] ?? '', ofRun, run });
    const files = await this.#deps.artifacts.filesIn(context, root);
    const below = placeOf(root).path;
    const makers = [...files.flatMap((file) => file.makers), ...(run?.makers ?? []), ...(loggedModel?.makers ?? [])];
    return { files: files.map((file) => relative(file, below)), makers, run, loggedModel };
  }

  /** A version anew under another name: from the same bytes, by whoever made them. */
  async #ofVersion(context: RequestContext, model: string, number: number): Promise<Source> {
    const view = await this.#deps.views.version(context, { model, number });
    const key: VersionKey = view.version;
    const [origin] = await findOrigins(this.#deps.db, [key]);
    const run = origin?.run ? ((await this.#deps.runs.byIds(context, [origin.run]))[0] ?? null) : null;
    const { sourceDigest: sha256, makers } = view.version;
    const info = await this.#deps.blobs.stat(sha256);
    const files = origin?.files ?? [{ path: 'model.onnx', sha256, sizeBytes: info?.sizeBytes ?? 0 }];
    return { files, makers, run, loggedModel: null };
  }

  /** The ONNX file as one file that carries its weights, uploaded in the name of everybody who made any of it. */
  async #artifactOf({ actor }: RequestContext, { files, makers }: Source): Promise<string> {
    const { blobs, uploads, db } = this.#deps;
    const file = modelFileOf(files);
    const bytes = await blobs.read(file.sha256);
    const needed = externalFilesOf(bytes);
    const folder = file.path.includes('/') ? `${file.path.slice(0, file.path.lastIndexOf('/'))}/` : '';
    const weights = new Map<string, Uint8Array>();
    for (const name of needed) {
      const beside = files.find(({ path }) => path === `${folder}${name}`);
      if (!beside) {
        throw new DomainError(
          'INVALID_INPUT',
          `source: the weights of ${file.path} in "${name}" are not among the files`,
          {
            field: 'source',
            allowed: files.map(({ path }) => path).slice(0, 20),
          },
        );
      }
      weights.set(name, await blobs.read(beside.sha256));
    }
    const whole = needed.length === 0 ? file : await blobs.put([inlineExternalData(bytes, weights)]);
    const earlier = (await makersOfUpload(db.em(), actor.project, whole.sha256)) ?? [];
    const all = [...new Set([...makers, ...earlier])];
    await uploads.adopt({ project: actor.project, name: file.path.slice(-200), makers: all, ...infoOf(whole) });
    return whole.sha256;
  }
}

const infoOf = ({ sha256, sizeBytes }: Pick<OriginFile, 'sha256' | 'sizeBytes'>) => ({ sha256, sizeBytes });

function folderOf(
  source: string,
  {
    logged,
    loggedBelow,
    ofRun,
    run,
  }: {
    readonly logged: LoggedModel | null;
    readonly loggedBelow: string;
    readonly ofRun: RegExpExecArray | null;
    readonly run: TrainingRun | null;
  },
): string {
  if (logged) return safePath(`${loggedModelRoot(logged.group, logged.id)}/${loggedBelow}`);
  if (ofRun && run) return safePath(`${runRoot(run.group, run.id)}/${ofRun[2] ?? ''}`);
  const proxied = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.+)$/.exec(source);
  if (proxied) return safePath(decodeURI(proxied[1] ?? ''));
  throw new DomainError('INVALID_INPUT', `source: "${source.slice(0, 200)}" names no files of this server`, {
    field: 'source',
    allowed: ['models:/<logged model>', 'models:/<name>/<version>', 'runs:/<run>/<path>', 'mlflow-artifacts:/<path>'],
  });
}

function relative({ path, sha256, sizeBytes }: RunArtifact, below: string): OriginFile {
  if (below === '' || path === below) return { path: path.slice(path.lastIndexOf('/') + 1), sha256, sizeBytes };
  return { path: path.slice(below.length + 1), sha256, sizeBytes };
}

/** Labels by which a trainer links its version to what it was made of, and says what it is for. */
const LINKS = {
  'tiffin.training_set': 'trainingSet',
  'tiffin.feature_service': 'featureService',
  'tiffin.evaluation': 'evaluation',
  'tiffin.algorithm': 'algorithm',
  'tiffin.owner': 'owner',
  'tiffin.risk_tier': 'riskTier',
  'tiffin.purpose': 'purpose',
  'tiffin.intended_use': 'intendedUse',
  'tiffin.limits': 'limits',
  'tiffin.card': 'card',
  'tiffin.business_metric': 'businessMetric',
} as const;

/** What a run says of the version: its parameters, its last metrics as claims, its commit, and links by labels. */
function declarationOf({ run, loggedModel }: Source, labels: Texts): Readonly<Record<string, unknown>> {
  const said: Texts = { ...run?.tags, ...loggedModel?.tags, ...labels };
  const links = Object.entries(LINKS).flatMap(([label, field]) => {
    const value = said[label];
    return value === undefined ? [] : [[field, value] as const];
  });
  const commit = said['mlflow.source.git.commit'];
  const metrics = (run?.metrics ?? []).filter(({ value }) => Number.isFinite(value));
  return {
    hyperParameters: { ...run?.parameters, ...loggedModel?.parameters },
    claimedMetrics: Object.fromEntries(metrics.map(({ key, value }) => [key, value])),
    ...(commit !== undefined && { codeCommit: commit }),
    ...Object.fromEntries(links),
  };
}
