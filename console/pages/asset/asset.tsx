import { idOf } from '../../app/ids.ts';
import { useLocation } from '../../app/location.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { Facts } from '../../ui/facts.tsx';
import { CopyId, Kind } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { State } from '../../ui/state.tsx';
import { Time } from '../../ui/time.tsx';
import { WhoUsesIt } from './dependents.tsx';
import { AssetPage } from './operations.ts';

/** What search knows of a thing whose kind has no page of its own. */
export const page: PageComponent = ({ tail }) => {
  const kind = useLocation().path.split('/')[1] ?? '';
  const id = idOf(kind, tail);
  const query = useQuery(AssetPage, { id });
  const asset = query.data?.asset;
  const instead = insteadOf(id, query, asset);
  if (instead) return instead;
  return (
    <Page
      title={asset?.name ?? tail}
      eyebrow={<Kind id={id} />}
      lead={asset?.description}
      states={asset?.deleted === true && <State tone="warn">removed</State>}
    >
      <div class="columns">
        <WhoUsesIt id={id} />
        <aside>
          <Panel title="About" query={query} of={(data) => data.asset}>
            {(of) => (
              <Facts
                of={[
                  ['Owner', of.owner ?? 'nobody named'],
                  ['Tags', of.tags.join(', ')],
                  ['Changed', <Time key="at" at={of.updatedAt} />],
                  ['Id', <CopyId key="id" id={of.id} />],
                ]}
              />
            )}
          </Panel>
        </aside>
      </div>
    </Page>
  );
};
