import type { UrnGrammar } from '../../../core/urn-grammar.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';

/** Nouns by their ids, in one query; null where an id is of another kind or project, or names nothing. */
export async function byId<Key, Noun extends Key & { readonly project: string }>(
  { actor }: RequestContext,
  grammar: UrnGrammar<Key>,
  ids: readonly string[],
  find: (keys: readonly Key[]) => Promise<readonly Noun[]>,
): Promise<(Noun | null)[]> {
  const keys = ids.map((id) => grammar.find(actor.project, id));
  const rows = await find(keys.filter((key) => key !== null));
  const found = new Map(rows.map((row) => [grammar.format(row), row]));
  return keys.map((key) => (key && found.get(grammar.format(key))) ?? null);
}
