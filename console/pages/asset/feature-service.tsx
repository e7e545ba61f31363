import { idOf, nameOf } from '../../app/ids.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { Facts } from '../../ui/facts.tsx';
import { AssetLink, CopyId } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Roles } from '../../ui/roles.tsx';
import { StateOf, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { WhoUsesIt } from './dependents.tsx';
import { ServicePage } from './operations.ts';

/** What a model reads, and which do. */
export const page: PageComponent = ({ tail }) => {
  const id = idOf('feature-service', tail);
  const query = useQuery(ServicePage, { id });
  const service = query.data?.featureService;
  const instead = insteadOf(id, query, service);
  if (instead) return instead;
  return (
    <Page title={nameOf(id)} eyebrow="feature service" lead={service?.description}>
      <div class="columns">
        <div>
          <Panel title="Features" query={query} of={(data) => data.featureService?.features}>
            {(features) => (
              <Table
                caption="Features"
                rows={features}
                keyOf={(feature) => feature.id}
                columns={[
                  { title: 'Feature', cell: (feature) => <AssetLink id={feature.id}>{feature.name}</AssetLink> },
                  { title: 'View', cell: ({ view }) => <AssetLink id={view.id} /> },
                  { title: 'Type', cell: ({ dtype }) => words(dtype) },
                ]}
              />
            )}
          </Panel>
          <Panel
            title="Models that read it"
            query={query}
            of={(data) =>
              data.featureService?.models && data.featureService.models.length > 0 ? data.featureService.models : null
            }
            empty={<p class="muted">No model version reads exactly this version.</p>}
          >
            {(models) => (
              <Table
                caption="Model versions that read it"
                rows={models}
                keyOf={(version) => version.id}
                columns={[
                  { title: 'Version', cell: (version) => <AssetLink id={version.id} /> },
                  { title: 'Stands', cell: ({ state }) => <StateOf value={state} /> },
                  { title: 'Does', cell: ({ roles }) => <Roles of={roles} /> },
                ]}
              />
            )}
          </Panel>
          <WhoUsesIt id={id} />
        </div>
        <aside>
          <Panel title="About" query={query} of={(data) => data.featureService}>
            {(of) => (
              <Facts
                of={[
                  ['Version', of.version],
                  ['Owner', of.owner ?? 'nobody named'],
                  ['Tags', of.tags.join(', ')],
                  ['Defined', <Time key="at" at={of.createdAt} />],
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
