import { idOf } from '../../app/ids.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { AsCode } from '../../ui/as-code.tsx';
import { Facts } from '../../ui/facts.tsx';
import { AssetLink, CopyId } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { count } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StateOf } from '../../ui/state.tsx';
import { Time } from '../../ui/time.tsx';
import { MaterializationPage } from './operations.ts';

/** What one load read and wrote, and how it ended. */
export const page: PageComponent = ({ tail }) => {
  const id = idOf('materialization', tail);
  const query = useQuery(MaterializationPage, { id });
  const load = query.data?.materialization;
  const instead = insteadOf(id, query, load);
  if (instead) return instead;
  return (
    <Page
      title="Load"
      tab="Materialization"
      eyebrow={<>materialization {load?.view && <AssetLink id={load.view.id} />}</>}
      states={load && <StateOf value={load.state} />}
    >
      {load?.error && <p class="notice bad">{load.error}</p>}
      <Panel title="What it loaded" query={query} of={(data) => data.materialization}>
        {(of) => (
          <Facts
            of={[
              ['View', of.view && <AssetLink id={of.view.id} />],
              ['From', of.from !== null && <Time key="from" at={of.from} />],
              ['To', <Time key="to" at={of.to} />],
              ['Rows read', count(of.rowsRead)],
              ['Rows written', count(of.rowsWritten)],
              ['Rows online', count(of.rowsOnline)],
              ['Started', <Time key="started" at={of.startedAt} />],
              ['Finished', of.finishedAt === null ? 'not yet' : <Time key="finished" at={of.finishedAt} />],
              ['Online since', of.onlineAt === null ? 'not yet' : <Time key="online" at={of.onlineAt} />],
              ['Id', <CopyId key="id" id={id} />],
            ]}
          />
        )}
      </Panel>
      <AsCode id={id} field="materialization" selection="{ state rowsRead rowsWritten rowsOnline error }" />
    </Page>
  );
};
