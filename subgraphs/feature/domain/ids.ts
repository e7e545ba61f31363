import { numberInUrn, urnGrammar } from '../../../core/urn-grammar.ts';
import type { UrnPart } from '../../../core/urn.ts';
import { FieldName, Name } from '../../../schema/common.ts';

/** A name and the version it is pinned to; null where it floats and means the newest. */
export interface Pin {
  readonly name: string;
  readonly version: number | null;
}

/** A text that no definition can have for a name is garbage, not the id of something that is not there. */
const isName = (part: UrnPart | undefined): part is UrnPart =>
  part !== undefined && (Name.safeParse(part.name).success || FieldName.safeParse(part.name).success);

function pinIn(part: UrnPart | undefined): Pin | null {
  if (!isName(part)) return null;
  const version = part.version === undefined ? null : numberInUrn(part.version);
  return part.version !== undefined && version === null ? null : { name: part.name, version };
}

const partOf = ({ name, version }: Pin): UrnPart => ({ name, ...(version !== null && { version: String(version) }) });

const pinned = (kind: 'feature-view' | 'feature-service') =>
  urnGrammar<Pin>(kind, {
    form: '<name>[@version]',
    toParts: (pin) => [partOf(pin)],
    fromParts: ([part, ...rest]) => (rest.length === 0 ? pinIn(part) : null),
  });

const named = (kind: 'entity' | 'source' | 'event-stream') =>
  urnGrammar<{ readonly name: string }>(kind, {
    form: '<name>',
    toParts: ({ name }) => [name],
    fromParts: ([part, ...rest]) =>
      isName(part) && part.version === undefined && rest.length === 0 ? { name: part.name } : null,
  });

const keyed = (kind: 'materialization' | 'training-set') =>
  urnGrammar<{ readonly key: string }>(kind, {
    form: '<key>',
    toParts: ({ key }) => [key],
    fromParts: ([part, ...rest]) =>
      part && /^[\w-]+$/.test(part.name) && part.version === undefined && rest.length === 0 ? { key: part.name } : null,
  });

export const entityUrn = named('entity');
export const sourceUrn = named('source');
export const eventStreamUrn = named('event-stream');

export const columnUrn = urnGrammar<{ readonly source: string; readonly column: string }>('column', {
  form: '<source>/<column>',
  toParts: ({ source, column }) => [source, column],
  fromParts: ([source, column, ...rest]) =>
    source && column && source.version === undefined && column.version === undefined && rest.length === 0
      ? { source: source.name, column: column.name }
      : null,
});

export const viewUrn = pinned('feature-view');
export const serviceUrn = pinned('feature-service');

export const featureUrn = urnGrammar<Pin & { readonly feature: string }>('feature', {
  form: '<view>@<version>/<feature>',
  toParts: ({ feature, ...view }) => [partOf(view), feature],
  fromParts: ([part, feature, ...rest]) => {
    const view = pinIn(part);
    return view && feature?.version === undefined && feature && rest.length === 0
      ? { ...view, feature: feature.name }
      : null;
  },
});

export const materializationUrn = keyed('materialization');
export const trainingSetUrn = keyed('training-set');
