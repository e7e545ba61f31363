import type { JSX } from 'preact';
import { href } from '../app/location.ts';
import { idParts, kindWords } from '../app/ids.ts';
import { Page } from './page.tsx';

/** The page of an id that names nothing, as against one that could not be asked. */
export function NotThere({ id }: { readonly id: string }): JSX.Element {
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
