import { DomainError } from '../../../core/errors.ts';
import type { TensorSpec } from '../../../schema/release.ts';
import type { ServingDeployment, ServingTable } from '../../serving/deployment.ts';
import type { Caller } from '../../serving/caller.ts';
import { findDeployment, visibleTo } from '../../serving/find.ts';
import { versionsOf, type Inference } from '../../serving/inference.ts';
import type { JsonObject } from '../request-body.ts';
import type { InferenceStatistics } from './statistics.ts';
import { datatypeOf } from './tensor.ts';

interface Parts {
  readonly table: ServingTable;
  readonly inference: Inference;
  readonly environment: string;
}

interface WithStatistics extends Parts {
  readonly statistics: InferenceStatistics;
}

interface WantedModel {
  readonly name: string;
  readonly version: string | undefined;
  readonly caller: Caller;
}

interface FoundModel {
  readonly name: string;
  readonly version: string | undefined;
  readonly deployment: ServingDeployment;
}

/** The deployment behind a model's name, which serves the version if one is named. Throws as findDeployment does. */
export function modelOf({ table, environment, inference }: Parts, { name, version, caller }: WantedModel): FoundModel {
  const deployment = findDeployment(table, { name, environment, caller });
  if (version !== undefined) inference.choose(deployment, {}, version);
  return { name, version, deployment };
}

const described = ({ name, dtype, shape }: TensorSpec) => ({ name, datatype: datatypeOf(dtype), shape });

export function metadataOf(parts: Parts, wanted: WantedModel): Record<string, unknown> {
  const { name, version, deployment } = modelOf(parts, wanted);
  const { contract } = parts.inference.choose(deployment, {}, version).model.file;
  return {
    name,
    versions: versionsOf(deployment.plans.values()),
    platform: 'onnx_onnxv1',
    inputs: contract.inputs.map(described),
    outputs: contract.outputs.map(described),
  };
}

export interface IndexedModel {
  readonly name: string;
  readonly version: string;
  readonly state: 'READY';
  readonly reason: string;
}

/** What the key can ask on this node, as the protocol's model repository extension lists it. */
export function repositoryIndex(
  { table, environment }: Pick<Parts, 'table' | 'environment'>,
  caller: Caller,
  { ready = false }: JsonObject,
): readonly IndexedModel[] {
  if (typeof ready !== 'boolean') {
    throw new DomainError('INVALID_INPUT', '"ready" is true or false', { field: 'ready', allowed: ['true', 'false'] });
  }
  return namedIn(table, environment, caller).flatMap(({ name, deployment }) =>
    versionsOf(deployment.plans.values()).map((version): IndexedModel => ({
      name,
      version,
      state: 'READY',
      reason: '',
    })),
  );
}

/** What a key can ask, under the shortest name that finds each. */
function namedIn(table: ServingTable, environment: string, caller: Caller) {
  return visibleTo(table, caller).map((deployment) => {
    const { entry } = deployment;
    const name = entry.environment === environment ? entry.endpoint : `${entry.endpoint}@${entry.environment}`;
    return { name, deployment };
  });
}

/** What one model has answered by this protocol, version by version, or in the version that is named. */
export function statisticsOf(parts: WithStatistics, wanted: WantedModel): readonly unknown[] {
  const { name, version, deployment } = modelOf(parts, wanted);
  const versions = version === undefined ? versionsOf(deployment.plans.values()) : [version];
  return versions.map((one) => parts.statistics.show(name, deployment.entry.deployment, one));
}

export const allStatistics = (
  { table, environment, statistics }: Pick<WithStatistics, 'table' | 'environment' | 'statistics'>,
  caller: Caller,
): readonly unknown[] =>
  namedIn(table, environment, caller).flatMap(({ name, deployment }) =>
    versionsOf(deployment.plans.values()).map((version) => statistics.show(name, deployment.entry.deployment, version)),
  );
