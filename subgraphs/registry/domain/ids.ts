import { DomainError } from '../../../core/errors.ts';
import { parseUrn, urnOf, type UrnKind, type UrnPart } from '../../../core/urn.ts';

/** One version of one model. */
export interface VersionKey {
  readonly project: string;
  readonly model: string;
  readonly number: number;
}

/** One endpoint in one environment. */
export interface DeploymentKey {
  readonly project: string;
  readonly endpoint: string;
  readonly environment: string;
}

export interface ReleaseKey extends DeploymentKey {
  readonly number: number;
}

export const modelUrn = (project: string, model: string): string => urnOf(project, 'model', model);

export const versionUrn = ({ project, model, number }: VersionKey): string =>
  urnOf(project, 'model-version', { name: model, version: String(number) });

export const endpointUrn = (project: string, endpoint: string): string => urnOf(project, 'endpoint', endpoint);

export const deploymentUrn = ({ project, endpoint, environment }: DeploymentKey): string =>
  urnOf(project, 'deployment', { name: endpoint, version: environment });

export const releaseUrn = ({ project, endpoint, environment, number }: ReleaseKey): string =>
  urnOf(project, 'release', { name: endpoint, version: environment }, String(number));

export const webhookUrn = (project: string, id: string): string => urnOf(project, 'webhook', id);

const wrong = (id: string, field: string, shape: string): DomainError =>
  new DomainError('INVALID_INPUT', `"${id}" is not the id that is wanted here: write ${shape}`, { field });

function partsOf(
  id: string,
  kind: UrnKind,
  field: string,
  shape: string,
): { project: string; parts: readonly UrnPart[] } {
  const urn = parseUrn(id);
  if (urn.kind !== kind) throw wrong(id, field, shape);
  return urn;
}

const wholeNumber = (text: string | undefined): number =>
  /^[1-9]\d{0,8}$/.test(text ?? '') ? Number(text) : Number.NaN;

export function parseModelId(id: string, field: string): { readonly project: string; readonly model: string } {
  const shape = 'tiffin:<project>:model:<name>';
  const { project, parts } = partsOf(id, 'model', field, shape);
  const [part, ...rest] = parts;
  if (!part || part.version !== undefined || rest.length > 0) throw wrong(id, field, shape);
  return { project, model: part.name };
}

export function parseVersionId(id: string, field: string): VersionKey {
  const shape = 'tiffin:<project>:model-version:<model>@<number>';
  const { project, parts } = partsOf(id, 'model-version', field, shape);
  const [part, ...rest] = parts;
  const number = wholeNumber(part?.version);
  if (!part || rest.length > 0 || Number.isNaN(number)) throw wrong(id, field, shape);
  return { project, model: part.name, number };
}

export function parseEndpointId(id: string, field: string): { readonly project: string; readonly endpoint: string } {
  const shape = 'tiffin:<project>:endpoint:<name>';
  const { project, parts } = partsOf(id, 'endpoint', field, shape);
  const [part, ...rest] = parts;
  if (!part || part.version !== undefined || rest.length > 0) throw wrong(id, field, shape);
  return { project, endpoint: part.name };
}

export function parseDeploymentId(id: string, field: string): DeploymentKey {
  const shape = 'tiffin:<project>:deployment:<endpoint>@<environment>';
  const { project, parts } = partsOf(id, 'deployment', field, shape);
  const [part, ...rest] = parts;
  if (!part || part.version === undefined || rest.length > 0) throw wrong(id, field, shape);
  return { project, endpoint: part.name, environment: part.version };
}

export function parseReleaseId(id: string, field: string): ReleaseKey {
  const shape = 'tiffin:<project>:release:<endpoint>@<environment>/<number>';
  const { project, parts } = partsOf(id, 'release', field, shape);
  const [part, step, ...rest] = parts;
  const number = step?.version === undefined ? wholeNumber(step?.name) : Number.NaN;
  if (!part || part.version === undefined || rest.length > 0 || Number.isNaN(number)) throw wrong(id, field, shape);
  return { project, endpoint: part.name, environment: part.version, number };
}

export function parseWebhookId(id: string, field: string): { readonly project: string; readonly webhook: string } {
  const shape = 'tiffin:<project>:webhook:<id>';
  const { project, parts } = partsOf(id, 'webhook', field, shape);
  const [part, ...rest] = parts;
  if (!part || part.version !== undefined || rest.length > 0) throw wrong(id, field, shape);
  return { project, webhook: part.name };
}
