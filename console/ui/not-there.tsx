import type { JSX } from 'preact';
import { href } from '../app/location.ts';
import { idParts, kindWords } from '../app/ids.ts';
import type { Query } from '../graph/query.ts';
import { isOfPage } from '../graph/problem.ts';
import { Page } from './page.tsx';
import { Problems } from './problems.tsx';

/** The page of an id that names nothing, as against one that could not be asked. */
function NotThere({ id }: { readonly id: string }): JSX.Element {
  const { kind, name } = idParts(id);
  return (
    <Page
      title={name}
      eyebrow={kindWords(kind)}
      lead={`There is no ${kindWords(kind)} of this name, or you may not see it.`}
    >
      <a href={href('/search', { q: name.split('@')[0] ?? '' })}>Search for it</a>
    </Page>
  );
}

/**
 * What stands in place of the page of a thing that is not there, or of which nothing may be told: said once, and not by each of its
 * panels. Null where the thing is there, still asked for, or known to a part that is away: then the page shows what the others know.
 */
export function insteadOf(id: string, query: Query<unknown>, thing: object | null | undefined): JSX.Element | null {
  const { isFirst, problems } = query;
  if (thing || isFirst || problems.some(isOfPage)) return null;
  if (problems.length === 0) return <NotThere id={id} />;
  const { kind, name } = idParts(id);
  return (
    <Page title={name} eyebrow={kindWords(kind)}>
      <Problems of={query} />
    </Page>
  );
}
