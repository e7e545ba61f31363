import type { JSX } from 'preact';
import type { NodeStatus } from '../../../../packages/edge/client.ts';
import type { ModelState } from '../use-edge.ts';
import { duration } from '../words.ts';

interface AccountProps {
  readonly status: NodeStatus | null;
  readonly isOnline: boolean;
  readonly model: ModelState;
  readonly send: () => void;
}

/** Answered = stored + queued + dropped + sampled out, as the worker counts it. */
export function Account({ status, isOnline, model, send }: AccountProps): JSX.Element {
  return (
    <section class="card account" aria-label="The account">
      <div class="card-head">
        <h2>Nothing gets lost</h2>
        {status && status.waiting > 0 && (
          <button type="button" onClick={send}>
            Send now
          </button>
        )}
      </div>
      {status ? <Equation status={status} isOnline={isOnline} /> : <p class="soft">{absenceOf(model)}</p>}
    </section>
  );
}

const absenceOf = (model: ModelState): string =>
  model.kind === 'NONE'
    ? 'The server keeps a record of each answer that it gives: this browser has none of its own.'
    : 'Once the model is here, each of its answers is counted here.';

function Equation({ status, isOnline }: { readonly status: NodeStatus; readonly isOnline: boolean }): JSX.Element {
  const { account, revision, ageMs, stale } = status;
  const dropped = Object.values(account.dropped).reduce((sum, count) => sum + count, 0);
  const terms = [
    { name: 'stored', count: account.acked },
    { name: 'queued', count: account.queued },
    { name: 'dropped', count: dropped },
    { name: 'sampled out', count: account.sampledOut },
  ];
  const isBalanced = account.answered === terms.reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      <p class="equation">
        <Term name="answered" count={account.answered} />
        {terms.map(({ name, count }, index) => (
          <Term key={name} name={name} count={count} sign={index === 0 ? '=' : '+'} />
        ))}
      </p>
      <div class="balance" aria-hidden="true">
        {terms.map(
          ({ name, count }) =>
            count > 0 && <span key={name} class={name.replace(' ', '-')} style={{ flexGrow: count }} />,
        )}
      </div>
      <p role="status">{isBalanced ? waitingText(status, isOnline) : 'The sums differ: an answer has no record.'}</p>
      {revision !== null && (
        <p class="soft">
          Manifest {revision}, signed; the registry was heard {duration(ageMs)} ago
          {stale && '. It has expired, and is used until there is another'}.
        </p>
      )}
    </>
  );
}

function Term({
  name,
  count,
  sign,
}: {
  readonly name: string;
  readonly count: number;
  readonly sign?: string;
}): JSX.Element {
  return (
    <>
      {sign !== undefined && <span class="sign">{sign}</span>}
      <span class={`term ${name.replace(' ', '-')}`}>
        <b>{count.toLocaleString('en')}</b> <span>{name}</span>
      </span>
    </>
  );
}

/** Besides answers, exposures and outcomes are records too. */
function waitingText({ waiting, account: { answered, queued } }: NodeStatus, isOnline: boolean): string {
  if (answered === 0) return 'Nothing was asked yet.';
  if (waiting === 0) return '✓ It adds up. Every record has arrived.';
  const others = waiting - queued;
  const parts = [
    ...(queued > 0 ? [counted(queued, 'answer')] : []),
    ...(others > 0 ? [counted(others, queued > 0 ? 'other record' : 'record')] : []),
  ];
  return `✓ It adds up. ${parts.join(' and ')} ${waiting === 1 ? 'waits' : 'wait'} ${isOnline ? 'to be sent' : 'for the network'}.`;
}

const counted = (count: number, name: string): string => `${count} ${name}${count === 1 ? '' : 's'}`;
