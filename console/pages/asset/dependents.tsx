import type { JSX } from 'preact';
import { idParts } from '../../app/ids.ts';
import { href } from '../../app/location.ts';
import { useQuery } from '../../graph/query.ts';
import { AssetLink, Kind } from '../../ui/id.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { Dependents } from './operations.ts';

const DEPTH = 6;
/** The kinds that somebody would notice. */
const NOTICED = [
  'feature-service',
  'training-set',
  'model-version',
  'release',
  'deployment',
  'experiment',
  'shadow',
  'alert-rule',
  'edge-node',
];
const MOST = 50;

/** Who would notice if this were wrong or gone. */
export function WhoUsesIt({ id }: { readonly id: string }): JSX.Element {
  const query = useQuery(Dependents, { id, depth: DEPTH });
  return (
    <Panel
      title="Who uses it"
      note={<a href={href('/lineage', { focus: id, depth: '3' })}>draw the lineage</a>}
      query={query}
      of={({ lineage }) => {
        const users = (lineage?.nodes ?? []).filter(
          ({ id: one, degree }) => degree > 0 && NOTICED.includes(idParts(one).kind),
        );
        return users.length > 0 ? users : null;
      }}
      empty={<p class="muted">Nothing that answers, trains or watches depends on it.</p>}
    >
      {(users) => (
        <>
          <Table
            caption="What depends on it, nearest first"
            rows={users.slice(0, MOST)}
            keyOf={(one) => one.id}
            columns={[
              { title: 'What', cell: (one) => <AssetLink id={one.id} /> },
              { title: 'Kind', isShort: true, cell: (one) => <Kind id={one.id} /> },
              { title: 'Steps away', isNumber: true, cell: ({ degree }) => degree },
              { title: 'Owner', cell: ({ asset }) => asset?.owner ?? <span class="muted">nobody named</span> },
            ]}
          />
          {users.length > MOST && <p class="small muted">{users.length - MOST} more are in the lineage.</p>}
          {query.data?.lineage?.truncatedBecause.map(({ detail }) => (
            <p key={detail} class="small muted">
              Not complete: {detail}
            </p>
          ))}
        </>
      )}
    </Panel>
  );
}
