import { DomainError } from '../../../core/errors.ts';
import { parseUrn, urnOf, type UrnKind } from '../../../core/urn.ts';

export const entityId = (project: string, name: string): string => urnOf(project, 'entity', name);
export const sourceId = (project: string, name: string): string => urnOf(project, 'source', name);
export const columnId = (project: string, source: string, column: string): string =>
  urnOf(project, 'column', source, column);
export const viewId = (project: string, name: string, version: number): string =>
  urnOf(project, 'feature-view', { name, version: String(version) });
export const featureId = (project: string, view: string, version: number, feature: string): string =>
  urnOf(project, 'feature', { name: view, version: String(version) }, feature);
export const serviceId = (project: string, name: string, version: number): string =>
  urnOf(project, 'feature-service', { name, version: String(version) });
export const trainingSetId = (project: string, key: string): string => urnOf(project, 'training-set', key);
export const materializationId = (project: string, key: string): string => urnOf(project, 'materialization', key);

/** A name and the version it is pinned to; null where the id floats and means the newest. */
export interface Pin {
  readonly name: string;
  readonly version: number | null;
}

const VERSION = /^[1-9]\d{0,8}$/;

function refuse(field: string, text: string, kind: UrnKind): DomainError {
  const form = `tiffin:<project>:${kind}:<name>${kind === 'feature-view' || kind === 'feature-service' ? '[@version]' : ''}`;
  return new DomainError('INVALID_INPUT', `${field}: "${text}" is not the id of a ${kind}; write ${form}`, { field });
}

/**
 * Reads the id of a thing of this project: a URN, or the short form that stands in its last part (`user_txn@2`).
 * Throws INVALID_INPUT for the id of another kind, NOT_FOUND for one of another project.
 */
export function pinOf(project: string, kind: UrnKind, text: string, field = 'id'): Pin {
  const urn = parseUrn(text.startsWith('tiffin:') ? text : `tiffin:${encodeURIComponent(project)}:${kind}:${text}`);
  const [part, ...rest] = urn.parts;
  if (urn.kind !== kind || !part || rest.length > 0) throw refuse(field, text, kind);
  if (part.version !== undefined && !VERSION.test(part.version)) throw refuse(field, text, kind);
  if (urn.project !== project) throw new DomainError('NOT_FOUND', `${field}: there is no ${text} here`, { field });
  return { name: part.name, version: part.version === undefined ? null : Number(part.version) };
}

/** Reads the id of a thing that has no versions. */
export function nameOf(project: string, kind: UrnKind, text: string, field = 'id'): string {
  const { name, version } = pinOf(project, kind, text, field);
  if (version !== null) throw refuse(field, text, kind);
  return name;
}

/** Reads `view@2/feature` or `source/column`. */
export function memberOf(project: string, kind: UrnKind, text: string): { readonly of: Pin; readonly member: string } {
  const urn = parseUrn(text);
  const [of, member, ...rest] = urn.parts;
  if (urn.kind !== kind || urn.project !== project || !of || !member || rest.length > 0) throw refuse('id', text, kind);
  const version = of.version !== undefined && VERSION.test(of.version) ? Number(of.version) : null;
  return { of: { name: of.name, version }, member: member.name };
}
