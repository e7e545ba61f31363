import { DomainError } from '../../../core/errors.ts';
import type { InProject, UrnGrammar } from '../../../core/urn-grammar.ts';

/**
 * One answer per id, in order, as a loader asks for them: null for what is not there or lies in another project. A text
 * that is no id of the kind gets its own INVALID_INPUT and leaves the others their answers.
 */
export async function byId<Key, Noun>(
  grammar: UrnGrammar<Key>,
  project: string,
  ids: readonly string[],
  find: (keys: readonly (Key & InProject)[]) => Promise<readonly Noun[]>,
  keyOf: (noun: Noun) => Key & InProject,
): Promise<(Noun | null | Error)[]> {
  const urns = ids.map((id) => urnOrRefusal(grammar, project, id));
  const keys = [...new Set(urns)].flatMap((urn) => (typeof urn === 'string' ? grammar.parse(project, urn) : []));
  const found = keys.length === 0 ? [] : await find(keys);
  const byUrn = new Map(found.map((noun) => [grammar.format(keyOf(noun)), noun]));
  return urns.map((urn) => (typeof urn === 'string' ? (byUrn.get(urn) ?? null) : urn));
}

function urnOrRefusal<Key>(grammar: UrnGrammar<Key>, project: string, id: string): string | null | Error {
  try {
    return grammar.format(grammar.parse(project, id));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.code === 'NOT_FOUND' ? null : error;
  }
}
