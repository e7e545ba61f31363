import type { EntityManager } from '@mikro-orm/postgresql';
import { defaultRelease } from '../../../../core/traffic/layers.ts';
import { DomainError } from '../../../../core/errors.ts';
import { canonicalJson } from '../../../../core/canonical-json.ts';
import { attributeGroups, fairnessGates, type AttributeGroups } from '../../domain/evaluation/fairness-gates.ts';
import { answersOf, batchesOf } from '../../domain/evaluation/feed.ts';
import { falseScore, judge, lossesOf, type Judged } from '../../domain/evaluation/judged.ts';
import { metricsOf, type Metric } from '../../domain/evaluation/metrics.ts';
import { championGate, limitGates } from '../../domain/evaluation/quality-gates.ts';
import type { Evaluation } from '../../domain/evaluation/read-evaluation.ts';
import type { TierPolicy } from '../../domain/governance/tier-policy.ts';
import { versionUrn } from '../../domain/ids.ts';
import { versionsOf } from '../../domain/serving/release.ts';
import { PRODUCTION } from '../../domain/version/approval.ts';
import type { GateResult, ModelVersion } from '../../domain/version/model-version.ts';
import type { RunsModels } from '../../runtime/model-runner.ts';
import { findDeployments } from '../../storage/serving/deployment.ts';
import { readEvaluationBlob } from '../../storage/evaluation/evaluation-blob.ts';
import { releasesOfVersions } from '../../storage/serving/release.ts';
import { approvedVersions } from '../../storage/version/model-version.ts';
import type { RegistryDeps } from '../deps.ts';

/** What an evaluation file comes to when the registered model answers its rows. */
export interface Evaluated {
  readonly rows: number;
  /** The number of the model's answer that was judged. */
  readonly output: string;
  readonly column: number;
  readonly metrics: readonly Metric[];
  readonly groups: readonly AttributeGroups[];
  /** The version that it was compared with. */
  readonly champion: string | null;
  /** Quality and fairness, as the tier asks. */
  readonly gates: readonly GateResult[];
  readonly rowsPerSecond: number;
}

interface Given {
  readonly version: ModelVersion;
  readonly policy: TierPolicy;
  readonly runner: RunsModels;
  readonly evaluation: Evaluation;
}

type Deps = Pick<RegistryDeps, 'blobs' | 'db' | 'scratchFolder'>;

/**
 * Has the registered model answer every row of an evaluation file. Throws INVALID_INPUT
 * where rows do not fit, or where the file's scores are not those of the model.
 */
export async function evaluate(deps: Deps, { version, policy, runner, evaluation }: Given): Promise<Evaluated> {
  const { judged, runMs } = await answer(deps, runner, version, evaluation);
  const wrong = falseScore(evaluation, judged);
  if (wrong) throw new DomainError('INVALID_INPUT', `evaluation: ${wrong}`, { field: 'evaluation' });
  const groups = attributeGroups(evaluation, judged);
  const metrics = metricsOf(judged);
  const champion = policy.quality.noWorseThanChampion ? await championOf(deps.db.em(), version) : undefined;
  const compared = champion ? [await compare(deps, runner, { version, evaluation, judged, champion })] : [];
  return {
    rows: judged.labels.length,
    output: evaluation.head.output,
    column: evaluation.head.column,
    metrics,
    groups,
    champion: champion ? versionUrn.format(champion) : null,
    gates: [...limitGates(metrics, policy.quality), ...compared, ...fairnessGates(groups, policy.fairness)],
    rowsPerSecond: (judged.labels.length * 1_000) / Math.max(runMs, 0.001),
  };
}

async function answer(
  { blobs }: Pick<Deps, 'blobs'>,
  runner: RunsModels,
  version: Pick<ModelVersion, 'digest' | 'contract'>,
  evaluation: Evaluation,
): Promise<{ readonly judged: Judged; readonly runMs: number }> {
  const batches = batchesOf(evaluation.rows, version.contract.inputs);
  const { rows, runMs } = await runner.run(
    await blobs.read(version.digest),
    batches.map(({ inputs }) => inputs),
  );
  const answers = batches.flatMap((batch, i) => {
    const ran = rows[i];
    if (ran && 'outputs' in ran) return answersOf(evaluation.head, batch, ran.outputs);
    const why = ran && 'failed' in ran ? ran.failed : 'it has no answer';
    const [from, to] = [batch.from + 1, batch.from + batch.count];
    const message = `evaluation: the model does not run on rows ${from} to ${to}: ${why}`;
    throw new DomainError('INVALID_INPUT', message, { field: 'evaluation' });
  });
  return { judged: judge(evaluation, answers), runMs };
}

/** What the version would take the place of: the one that answers in production, else the newest approved one before it. */
async function championOf(em: EntityManager, version: ModelVersion): Promise<ModelVersion | undefined> {
  const others = (await approvedVersions(em, version, 100)).filter(({ number }) => number !== version.number);
  const releases = await releasesOfVersions(
    em,
    version.project,
    others.map((other) => versionUrn.format(other)),
  );
  const deployments = (await findDeployments(em, releases)).filter(({ environment }) => environment === PRODUCTION);
  const live = new Set(deployments.map(({ traffic }) => defaultRelease(traffic.layers)));
  const serving = new Set(releases.filter(({ digest }) => live.has(digest)).flatMap(versionsOf));
  return (
    others.find((other) => serving.has(versionUrn.format(other))) ??
    others.find(({ number }) => number < version.number)
  );
}

interface Comparison {
  readonly version: ModelVersion;
  readonly evaluation: Evaluation;
  readonly judged: Judged;
  readonly champion: ModelVersion;
}

/** On the same rows: the champion answers them itself, or, where it reads other inputs, the rows of its own file with the same ids. */
async function compare(deps: Deps, runner: RunsModels, given: Comparison): Promise<GateResult> {
  const { version, evaluation, judged, champion } = given;
  const name = versionUrn.format(champion);
  if (canonicalJson(champion.contract.inputs) === canonicalJson(version.contract.inputs)) {
    const theirs = (await answer(deps, runner, champion, evaluation)).judged;
    return championGate({ champion: name, ...pairedLosses(judged, theirs) });
  }
  const own =
    champion.evaluation === null ? undefined : (await readEvaluationBlob(deps, champion.evaluation)).evaluation;
  const pairs = own ? sameRows(evaluation, own) : [];
  if (!own || pairs.length < 2) {
    const detail = `${name} reads other inputs, and its evaluation has no two rows with the ids and labels of these: they cannot be compared`;
    return {
      gate: 'quality.champion',
      passed: false,
      detail,
      rule: 'no worse than the champion on the same rows',
      n: pairs.length,
    };
  }
  const theirs = (await answer(deps, runner, champion, { head: own.head, rows: pairs.map(([, row]) => row) })).judged;
  return championGate({
    champion: name,
    ...pairedLosses(
      only(
        judged,
        pairs.map(([at]) => at),
      ),
      theirs,
    ),
  });
}

function sameRows(
  own: Evaluation,
  theirs: Evaluation,
): readonly (readonly [at: number, row: Evaluation['rows'][number]])[] {
  if (own.head.task !== theirs.head.task) return [];
  const byId = new Map(theirs.rows.flatMap((row) => (row.id === undefined || row.id === null ? [] : [[row.id, row]])));
  return own.rows.flatMap(({ id, label }, at) => {
    const row = id === undefined || id === null ? undefined : byId.get(id);
    return row?.label === label ? [[at, row] as const] : [];
  });
}

const only = (judged: Judged, rows: readonly number[]): Judged => ({
  ...judged,
  labels: rows.map((row) => judged.labels[row] ?? Number.NaN),
  scores: rows.map((row) => judged.scores[row] ?? Number.NaN),
  decisions: rows.map((row) => judged.decisions[row] === true),
});

/** Costs in one unit: of probabilities only where both give them. */
function pairedLosses(
  own: Judged,
  theirs: Judged,
): { readonly own: readonly number[]; readonly theirs: readonly number[] } {
  const areProbabilities = own.areProbabilities && theirs.areProbabilities;
  return { own: lossesOf({ ...own, areProbabilities }), theirs: lossesOf({ ...theirs, areProbabilities }) };
}
