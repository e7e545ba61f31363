import type { Experiment } from '../../subgraphs/experiment/domain/experiment/experiment.ts';
import type { Revisable } from '../../subgraphs/experiment/domain/experiment/revision.ts';

/** An experiment that runs with an equal split, in the last of its revisions. */
export function runningExperiment(
  name: string,
  arms: readonly string[],
  revisions: readonly Partial<Revisable>[],
  at: Date,
): Experiment {
  const split = Object.fromEntries(arms.map((arm) => [arm, 1 / arms.length]));
  const opened = revisions.map((own, i) => ({
    split,
    targeting: null,
    secondary: [],
    guardrails: [],
    segments: [],
    ...own,
    number: i + 1,
    ranges: [],
    balanced: null,
    startedAt: at,
    endedAt: i + 1 < revisions.length ? at : null,
  }));
  const { number, ranges: _, startedAt: __, endedAt: ___, balanced: ____, ...revisable } = opened.at(-1)!;
  return {
    project: 'default',
    name,
    description: '',
    hypothesis: 'it sells more',
    deployment: 'tiffin:default:deployment:restaurants@production',
    arms: arms.map((arm, i) => ({ name: arm, release: `r${i}`, modelVersions: [] })),
    unit: 'user',
    seed: name,
    hashVersion: 2,
    status: 'RUNNING',
    positiveFrom: 0.5,
    design: { baseline: 0.2, mde: 0.05, mdeKind: 'RELATIVE', alpha: 0.05, power: 0.8 },
    ...revisable,
    stratum: null,
    covariate: null,
    balance: null,
    primary: null,
    namespace: null,
    splitRevision: number,
    revisions: opened,
    decision: null,
    clientEvaluation: false,
    lease: { trafficRevision: 1, lostAt: null },
    pending: null,
    createdAt: at,
    createdBy: 'user:tester',
    revision: 1,
  };
}
