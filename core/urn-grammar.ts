import { DomainError } from './errors.ts';
import { formatUrn, parseUrn, urnOf, type Urn, type UrnKind, type UrnPart } from './urn.ts';

/** The project that a key lies in. */
export interface InProject {
  readonly project: string;
}

/** How the ids of one kind are written and read. `Key` is what tells two things of the kind apart in one project. */
export interface UrnGrammar<Key> {
  readonly kind: UrnKind;
  /** `tiffin:<project>:model-version:<model>@<number>`: what a refusal shows. */
  readonly form: string;
  format(key: Key & InProject): string;
  /**
   * Reads an id that a client wrote: the URN, or the short form that follows its kind (`fraud@3`). Throws INVALID_INPUT
   * naming `field` and the form that is allowed, and NOT_FOUND for the id of another project.
   */
  parse(project: string, id: string, field?: string): Key & InProject;
  /** As `parse`, for a question: null for the id of another project, which is as unknown as an id that never was. */
  lookUp(project: string, id: string, field?: string): (Key & InProject) | null;
  /** Reads a stored id or one of another subgraph; null for anything else and for other projects. */
  find(project: string, id: string): (Key & InProject) | null;
}

interface GrammarParts<Key> {
  /** What follows the kind: `<model>@<number>`. */
  readonly form: string;
  readonly toParts: (key: Key) => readonly (string | UrnPart)[];
  /** Null where the parts are none of this kind. */
  readonly fromParts: (parts: readonly UrnPart[]) => Key | null;
}

export function urnGrammar<Key extends object>(
  kind: UrnKind,
  { form, toParts, fromParts }: GrammarParts<Key>,
): UrnGrammar<Key> {
  const whole = `tiffin:<project>:${kind}:${form}`;
  const refuse = (id: string, field: string): DomainError =>
    new DomainError('INVALID_INPUT', `${field}: "${id}" is not the id of a ${kind}; write ${whole} or ${form}`, {
      field,
      allowed: [whole, form],
    });
  const keyOf = (urn: Urn | null): (Key & InProject) | null => {
    const key = urn?.kind === kind ? fromParts(urn.parts) : null;
    return urn && key ? { ...key, project: urn.project } : null;
  };
  const lookUp = (project: string, id: string, field = 'id'): (Key & InProject) | null => {
    const key = keyOf(urnFrom(id.startsWith('tiffin:') ? id : `tiffin:${encodeURIComponent(project)}:${kind}:${id}`));
    if (!key) throw refuse(id, field);
    return key.project === project ? key : null;
  };
  return {
    kind,
    form: whole,
    format: (key) => urnOf(key.project, kind, ...toParts(key)),
    lookUp,
    parse: (project, id, field = 'id') => {
      const key = lookUp(project, id, field);
      if (key) return key;
      throw new DomainError('NOT_FOUND', `${field}: there is no ${id} in the project "${project}"`, { field });
    },
    find: (project, id) => {
      const key = keyOf(urnFrom(id));
      return key?.project === project ? key : null;
    },
  };
}

/** The URN for an id that a caller wrote in either way. Throws INVALID_INPUT and NOT_FOUND naming the field. */
export const urnIn = <Key>(grammar: UrnGrammar<Key>, project: string, id: string, field: string): string =>
  grammar.format(grammar.parse(project, id, field));

/**
 * Every id of some kinds that a client can mean: the URN itself, or what follows its kind (`fraud@3`), with the kind before it
 * where that alone is not enough (`model-version:fraud@3`). Throws INVALID_INPUT naming `field`.
 */
export function urnsMeant(project: string, id: string, kinds: readonly UrnKind[], field = 'id'): readonly string[] {
  const inProject = `tiffin:${encodeURIComponent(project)}:`;
  const written = id.startsWith('tiffin:')
    ? [id]
    : kinds.some((kind) => id.startsWith(`${kind}:`))
      ? [`${inProject}${id}`]
      : kinds.map((kind) => `${inProject}${kind}:${id}`);
  const meant = written.flatMap((text) => urnFrom(text) ?? []).filter(({ kind }) => kinds.includes(kind));
  if (meant.length > 0) return meant.map(formatUrn);
  const allowed = ['tiffin:<project>:<kind>:<name>[@version]', '<kind>:<name>[@version]', '<name>[@version]'];
  throw new DomainError('INVALID_INPUT', `${field}: "${id}" is not an id; write ${allowed.join(' or ')}`, {
    field,
    allowed,
    kinds,
  });
}

function urnFrom(text: string): Urn | null {
  try {
    return parseUrn(text);
  } catch {
    return null;
  }
}

/** The grammar of a kind whose things have a name and no versions: `tiffin:<project>:<kind>:<name>`. */
export const namedUrn = (kind: UrnKind): UrnGrammar<{ readonly name: string }> =>
  urnGrammar(kind, {
    form: '<name>',
    toParts: ({ name }) => [name],
    fromParts: ([part, ...rest]) =>
      part && part.version === undefined && rest.length === 0 ? { name: part.name } : null,
  });

/** A whole number from 1, as ids carry it; null for any other text. */
export const numberInUrn = (text: string | undefined): number | null =>
  text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
