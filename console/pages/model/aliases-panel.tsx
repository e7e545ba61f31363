import type { JSX } from 'preact';
import { useQuery } from '../../graph/query.ts';
import { AssetLink } from '../../ui/id.tsx';
import { Panel } from '../../ui/panel.tsx';
import { person } from '../../ui/person.ts';
import { Time } from '../../ui/time.tsx';
import { ModelAliases, type ModelAliasesQuery } from './operations.ts';

type Alias = NonNullable<ModelAliasesQuery['model']>['aliases'][number];

/** What versions are called, and what each name meant before. */
export function AliasesPanel({ id }: { readonly id: string }): JSX.Element {
  const query = useQuery(ModelAliases, { id });
  return (
    <Panel
      title="Aliases"
      query={query}
      of={({ model }) => (model && model.aliases.length > 0 ? model.aliases : null)}
      empty={<p class="muted">No version has another name.</p>}
    >
      {(aliases) => aliases.map((alias) => <AliasLife key={alias.alias} of={alias} model={id} />)}
    </Panel>
  );
}

function AliasLife({
  of: { alias, version, releases, history },
  model,
}: {
  readonly of: Alias;
  readonly model: string;
}): JSX.Element {
  const versionOf = (number: number): string => `${model.replace(':model:', ':model-version:')}@${number}`;
  return (
    <>
      <p>
        <code>{alias}</code> {version ? <AssetLink id={version.id} /> : <span class="muted">names nothing</span>}
      </p>
      {releases.map((release) => (
        <p key={release.id} class="small muted">
          follows what serves: <AssetLink id={release.id} />
        </p>
      ))}
      {history.edges.length > 0 && (
        <ol class="timeline" aria-label={`Moves of ${alias}`}>
          {history.edges.map(({ node: { number, at, by } }) => (
            <li key={at}>
              {number === null ? 'taken away' : <AssetLink id={versionOf(number)}>{`@${number}`}</AssetLink>}
              <p class="when">
                {person(by)} · <Time at={at} />
              </p>
            </li>
          ))}
        </ol>
      )}
      {history.pageInfo.hasNextPage && (
        <p class="small muted">
          Only the newest {history.edges.length} moves are shown; `model.aliases.history` has all.
        </p>
      )}
    </>
  );
}
