import type { JSX } from 'preact';
import { idOf, nameOf } from '../../app/ids.ts';
import { href } from '../../app/location.ts';
import { useQuery } from '../../graph/query.ts';
import { AsCode } from '../../ui/as-code.tsx';
import { Facts } from '../../ui/facts.tsx';
import { AssetLink, CopyId } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel, Section } from '../../ui/panel.tsx';
import { Prose } from '../../ui/prose.tsx';
import { Roles } from '../../ui/roles.tsx';
import { StateOf, words } from '../../ui/state.tsx';
import { Time } from '../../ui/time.tsx';
import { ApprovalPanel } from './approval-panel.tsx';
import { ContractPanel } from './contract-panel.tsx';
import { Dossier } from './dossier.tsx';
import { VersionHead } from './operations.ts';
import { PerformancePanel } from './performance-panel.tsx';
import { VersionActions } from './version-actions.tsx';

/** May it serve, and what is different from what serves? */
export function VersionPage({ tail }: { readonly tail: string }): JSX.Element {
  const id = idOf('model-version', tail);
  const query = useQuery(VersionHead, { id });
  const version = query.data?.modelVersion;
  const instead = insteadOf(id, query, version);
  if (instead) return instead;
  return (
    <Page
      title={nameOf(id)}
      eyebrow={
        <>
          model version{' '}
          {version && (
            <>
              of <AssetLink id={version.model.id} />
            </>
          )}
        </>
      }
      states={version && <StateOf value={version.state} />}
      actions={version && <VersionActions id={id} state={version.state} />}
    >
      <div class="columns">
        <div>
          <Panel title="What it does" query={query} of={(data) => data.modelVersion}>
            {({ roles }) =>
              roles.length > 0 ? (
                <Roles of={roles} />
              ) : (
                <p class="muted">No release runs it. It takes a release of a deployment to bring it into traffic.</p>
              )
            }
          </Panel>
          {version && version.description !== '' && (
            <Section title="Model card">
              <Prose text={version.description} />
            </Section>
          )}
          <ApprovalPanel id={id} />
          <ContractPanel id={id} serving={version?.roles.find(({ role }) => role === 'LIVE')?.deployment.id} />
        </div>
        <aside>
          <Panel title="About" query={query} of={(data) => data.modelVersion}>
            {(of) => (
              <Facts
                of={[
                  ['Version', of.version],
                  [
                    'Change',
                    of.bump === null ? 'the first of its model' : `${words(of.bump)}: ${of.bumpReasons.join(', ')}`,
                  ],
                  ['Owner', of.owner ?? 'nobody named'],
                  ['Made by', of.makers.map((maker) => maker.replace(/^user:/, '')).join(', ')],
                  ['Registered', <Time key="at" at={of.createdAt} />],
                  ['Tags', of.tags.join(', ')],
                  ['Id', <CopyId key="id" id={of.id} />],
                ]}
              />
            )}
          </Panel>
          <PerformancePanel id={id} />
          <p>
            <a href={href('/lineage', { focus: id })}>What it is made of, and what depends on it</a>
          </p>
          {version && <Dossier id={id} />}
        </aside>
      </div>
      <AsCode id={id} field="modelVersion" selection="{ id version state roles { role deployment { id } } }" />
    </Page>
  );
}
