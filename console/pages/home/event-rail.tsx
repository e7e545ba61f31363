import type { JSX } from 'preact';
import { href } from '../../app/location.ts';
import { useQuery } from '../../graph/query.ts';
import { AssetLink } from '../../ui/id.tsx';
import { Panel } from '../../ui/panel.tsx';
import { person } from '../../ui/person.ts';
import { Time } from '../../ui/time.tsx';
import { Happened } from './operations.ts';

/** The newest records of what people and machines did. */
export function EventRail(): JSX.Element {
  const query = useQuery(Happened, {});
  return (
    <Panel
      title="What happened"
      note={<a href={href('/audit')}>the audit trail</a>}
      query={query}
      of={({ auditRecords }) => (auditRecords && auditRecords.edges.length > 0 ? auditRecords.edges : null)}
      empty={<p class="muted">Nothing was done yet.</p>}
    >
      {(edges) => (
        <ol class="timeline">
          {edges.map(({ node }) => (
            <li key={node.seq}>
              {actionWords(node.action)} <AssetLink id={node.subject} />
              {node.reason !== null && <p>{node.reason}</p>}
              <p class="when">
                {person(node.actor)} · <Time at={node.at} />
              </p>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

/** `model-version.approve` is "approve model version". */
export function actionWords(action: string): string {
  const [noun = '', verb = '', refused] = action.split('.');
  return `${refused === undefined ? '' : 'refused: '}${verb.replaceAll('-', ' ')} ${noun.replaceAll('-', ' ')}`;
}
