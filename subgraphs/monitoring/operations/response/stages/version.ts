import { parse } from 'graphql';
import { DomainError } from '../../../../../core/errors.ts';
import { expiryOf, type ResponseRun } from '../../../domain/response/run.ts';
import type { MonitoringDeps } from '../../deps.ts';
import { mutation } from '../peers.ts';
import { awaitApproval, later, LOOK_MS, next, stop, type RunStage } from './stage.ts';

interface Version {
  readonly state: string;
  readonly model: { readonly id: string };
  readonly validation: Job | null;
}

interface Job {
  readonly id: string;
  readonly state: string;
  readonly error: string | null;
  readonly gates: readonly { readonly gate: string; readonly passed: boolean; readonly detail: string | null }[];
}

const JOB = 'id state error gates { gate passed detail }';
const VERSION = parse(`query ($id: ID!) { modelVersion(id: $id) { state model { id } validation { ${JOB} } } }`);
const SUBMIT = parse(
  'mutation ($input: ModelVersionStepInput!) { submitModelVersion(input: $input) { modelVersion { id } } }',
);
const VALIDATE = mutation('validateModelVersion', `validation { ${JOB} }`);
const STANDINGS = parse(`query { standingApprovals(first: 100) { edges { node {
  id model confirmedBy endedBy expiresAt runs used proposedBy } } } }`);
const APPROVE = mutation('approveByStanding', 'modelVersion { id }');

/** The version that a run is about, as the registry knows it. Throws NOT_FOUND. */
async function versionOf({ response }: MonitoringDeps, run: ResponseRun): Promise<Version & { readonly id: string }> {
  const id = run.modelVersion ?? '';
  const found = await response.registry<Version | null>(run, 'modelVersion', VERSION, { id });
  if (found) return { ...found, id };
  throw new DomainError('NOT_FOUND', `modelVersion: there is no ${id}`, { field: 'modelVersion' });
}

/** DRAFT → SUBMITTED. */
export const submit: RunStage = async (deps, run) => {
  const { id, state } = await versionOf(deps, run);
  if (state === 'DRAFT') await deps.response.registry(run, 'submitModelVersion', SUBMIT, { input: { id } });
  else if (!['SUBMITTED', 'VALIDATED', 'APPROVED'].includes(state)) return stop(`${id} is ${state}`);
  return next(`${id} is submitted`);
};

/** SUBMITTED → VALIDATED, when every gate of its tier passes. */
export const validate: RunStage = async (deps, run) => {
  const { id, state, validation } = await versionOf(deps, run);
  if (state === 'VALIDATED' || state === 'APPROVED') {
    return next(`every gate passed: ${validation?.gates.map(({ gate }) => gate).join(', ') ?? ''}`);
  }
  if (state !== 'SUBMITTED') return stop(`${id} is ${state}`);
  if (validation === null) {
    await deps.response.registry(run, 'validateModelVersion', VALIDATE, { input: { id, waitMs: 0 } });
    return later(LOOK_MS / 5);
  }
  if (validation.state === 'RUNNING') return later(LOOK_MS / 5);
  const failed = validation.gates.filter(({ passed }) => !passed);
  const why = failed.map(({ gate, detail }) => `${gate}${detail === null ? '' : ` (${detail})`}`).join('; ');
  return stop(failed.length > 0 ? `gates failed: ${why}` : `the validation failed: ${validation.error ?? ''}`);
};

interface Standing {
  readonly id: number;
  readonly model: string;
  readonly confirmedBy: string | null;
  readonly endedBy: string | null;
  readonly proposedBy: string;
}

/** VALIDATED → APPROVED, inside a standing approval of two people, or by a person while the run waits; else it stays where it is. */
export const approve: RunStage = async (deps, run) => {
  const { id, state, model } = await versionOf(deps, run);
  if (state === 'APPROVED') return next(`${id} is approved`);
  if (state !== 'VALIDATED') return stop(`${id} is ${state}`);
  const { edges } = await deps.response.registry<{ readonly edges: readonly { readonly node: Standing }[] }>(
    run,
    'standingApprovals',
    STANDINGS,
    {},
  );
  const isNew = ({ id: standing, confirmedBy }: Standing): boolean =>
    !run.refusedBy.includes(standing) && (confirmedBy !== null || run.attempts <= 1);
  const own = edges
    .map(({ node }) => node)
    .filter((one) => one.model === model.id && one.endedBy === null && isNew(one));
  const refusedBy = [...run.refusedBy];
  const refused: string[] = [];
  for (const { id: standing, proposedBy, confirmedBy } of own) {
    try {
      await deps.response.registry(run, 'approveByStanding', APPROVE, { input: { id, standing } });
      return next(`${id} is approved by the standing approval ${standing} of ${proposedBy} and ${confirmedBy ?? ''}`);
    } catch (error) {
      // Another one may let it through.
      if (!(error instanceof DomainError) || error.details['rule'] !== 'G18') throw error;
      refused.push(`${standing}: ${error.message}`);
      if (confirmedBy !== null) refusedBy.push(standing);
    }
  }
  const why = refused.length > 0 ? ` (${refused.join('; ')})` : '';
  const text = `${id} stays VALIDATED: no standing approval by two people lets it through`;
  return awaitApproval(run, deps.now(), expiryOf(run) === null ? `${text}${why}` : text, refusedBy);
};
