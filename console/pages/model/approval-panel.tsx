import type { JSX } from 'preact';
import { useQuery } from '../../graph/query.ts';
import { Panel, Section } from '../../ui/panel.tsx';
import { Shape, State, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { VersionApproval, type VersionApprovalQuery } from './operations.ts';

type Version = NonNullable<VersionApprovalQuery['modelVersion']>;

/** The checks that were recomputed, by whom it was decided, and what was only claimed. */
export function ApprovalPanel({ id }: { readonly id: string }): JSX.Element {
  const query = useQuery(VersionApproval, { id });
  return (
    <>
      <Panel title="Checks" note="recomputed from the stored files" query={query} of={(data) => data.modelVersion}>
        {(version) => <Checks of={version} />}
      </Panel>
      {(query.data?.modelVersion?.proofs.length ?? 0) > 0 && <Proofs of={query.data?.modelVersion?.proofs ?? []} />}
      <Panel title="Approval" query={query} of={(data) => data.modelVersion}>
        {({ approvals }) => <Steps of={approvals} />}
      </Panel>
    </>
  );
}

function Checks({ of: { validation, state, goldenRows, goldenOrigin } }: { readonly of: Version }): JSX.Element {
  if (!validation) {
    return (
      <p class="muted">
        {state === 'DRAFT' ? 'They are recomputed once it is submitted and validated.' : 'Not validated yet.'}
      </p>
    );
  }
  if (validation.state === 'RUNNING') return <p class="muted">They are being recomputed: {words(validation.phase)}.</p>;
  return (
    <>
      {validation.error !== null && <p class="notice bad">{validation.error}</p>}
      <ul class="checks">
        {validation.gates.map(({ gate, passed, detail }) => (
          <li key={gate} class={passed ? 'pass' : 'fail'}>
            <Shape tone={passed ? 'good' : 'bad'} />
            <strong>{GATES[gate] ?? gate}</strong>
            <span class="muted">
              <span class="sr-only">{passed ? 'passed: ' : 'failed: '}</span>
              {detail}
            </span>
          </li>
        ))}
      </ul>
      <p class="small muted">
        {goldenRows} golden rows{' '}
        {goldenOrigin === 'SELF' ? 'made by the model itself' : 'given by whoever submitted it'}
      </p>
    </>
  );
}

const GATES: Readonly<Record<string, string>> = {
  artifact: 'Artifact',
  contract: 'Contract',
  smokeRun: 'Trial run',
  goldenRows: 'Golden rows',
  engines: 'Engines',
  evaluation: 'Evaluation',
};

const Proofs = ({ of }: { readonly of: Version['proofs'] }): JSX.Element => (
  <Section title="Engines" note="how closely each answers">
    <Table
      caption="How closely each engine answers"
      rows={of}
      keyOf={({ engine }) => engine}
      columns={[
        {
          title: 'Engine',
          cell: ({ engine, version }) => (
            <>
              {engine} <span class="muted">{version}</span>
            </>
          ),
        },
        {
          title: 'Agreement',
          cell: ({ agreement }) => <State tone={agreement === 'OFF' ? 'bad' : 'good'}>{words(agreement)}</State>,
        },
        { title: 'Rows', isNumber: true, cell: ({ rows }) => rows },
        {
          title: 'Farthest apart',
          cell: ({ ulps, difference }) => difference ?? (ulps === null ? '–' : `${ulps} ulp`),
        },
      ]}
    />
  </Section>
);

function Steps({ of }: { readonly of: Version['approvals'] }): JSX.Element {
  if (of.length === 0) return <p class="muted">Nothing was decided yet: it is a draft.</p>;
  return (
    <ol class="timeline">
      {of.toReversed().map(({ id, action, actor, onBehalfOf, to, at, reason, environments, expiresAt }) => (
        <li key={id}>
          <strong>{words(action)}</strong> <span class="muted">to {words(to)}</span>
          {environments.length > 0 && <p>for {environments.join(', ')} only</p>}
          {expiresAt !== null && (
            <p>
              until <Time at={expiresAt} />
            </p>
          )}
          {reason !== null && <p>{reason}</p>}
          <p class="when">
            {actor.replace(/^user:/, '')}
            {onBehalfOf !== null && ` for ${onBehalfOf}`} · <Time at={at} />
          </p>
        </li>
      ))}
    </ol>
  );
}
