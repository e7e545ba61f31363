import type { JSX } from 'preact';
import type { EdgeProblem, NodeStatus } from '../../../../packages/edge/client.ts';
import { isOurs } from '../edge.ts';
import type { Asking } from '../predictions.ts';
import type { ModelState } from '../use-edge.ts';
import { duration, milliseconds, percent, runtimeOf, shortName } from '../words.ts';
import { Reasons } from './reasons.tsx';

interface AnswerProps {
  /** The newest, where it is of the flight that is chosen. */
  readonly asking: Asking | null;
  readonly model: ModelState;
  readonly problem: EdgeProblem | null;
  readonly status: NodeStatus | null;
  readonly isBusy: boolean;
}

/** From here on a flight is announced as late, as the recipe says. */
const THRESHOLD = 0.3;
const DECISIONS: Readonly<Record<string, string>> = { LATE: 'Late', ON_TIME: 'On time' };

export function Answer(props: AnswerProps): JSX.Element {
  const { asking, problem } = props;
  if (problem) return <Problem problem={problem} />;
  return asking ? <Score {...props} asking={asking} /> : <Waiting model={props.model} isBusy={props.isBusy} />;
}

function Problem({ problem: { message, code, field } }: { readonly problem: EdgeProblem }): JSX.Element {
  return (
    <div class="notice" role="alert">
      <h2>There is no answer</h2>
      <p>{message}.</p>
      <p class="soft">
        {code}
        {field !== undefined && `, field ${field}`}.{' '}
        {code === 'UNAVAILABLE' && 'This browser can answer without a network.'}
      </p>
    </div>
  );
}

function Waiting({ model, isBusy }: { readonly model: ModelState; readonly isBusy: boolean }): JSX.Element {
  const isLoading = model.kind === 'STARTING' || model.kind === 'LOADING';
  return (
    <div class={isLoading || isBusy ? 'waiting busy' : 'waiting'}>
      <div class="dial" aria-hidden="true">
        <span>?</span>
      </div>
      <h2>{isLoading ? 'The model is on its way' : 'Choose a flight, and ask'}</h2>
      <p class="soft">
        {isLoading
          ? 'It comes once, is checked by its signature, and stays in this browser. Then no network is needed.'
          : 'The answer is the chance of arriving more than 15 minutes late, with what it comes from.'}
      </p>
    </div>
  );
}

function Score({ asking, status }: AnswerProps & { readonly asking: Asking }): JSX.Element {
  const { flight, prediction } = asking;
  const { score, decision, fallback } = prediction;
  const isLate = decision === 'LATE';
  return (
    <>
      <div class={isLate ? 'score late' : 'score'}>
        <p class="chance">
          <strong>{percent(score)}</strong>
          <span>chance of arriving more than 15 minutes late</span>
        </p>
        <p class="stamp">{DECISIONS[decision ?? ''] ?? decision}</p>
        <div class="scale" aria-hidden="true">
          <span class="fill" style={{ inlineSize: `${(score ?? 0) * 100}%` }} />
          <span class="mark" style={{ insetInlineStart: `${THRESHOLD * 100}%` }} />
          <span class="mark-text" style={{ insetInlineStart: `${THRESHOLD * 100}%` }}>
            late from {percent(THRESHOLD)}
          </span>
        </div>
      </div>
      {fallback && <p class="notice">The model did not answer: {fallback.detail}.</p>}
      <Reasons flight={flight} prediction={prediction} />
      <Facts asking={asking} status={status} />
    </>
  );
}

function Facts({
  asking: { prediction },
  status,
}: {
  readonly asking: Asking;
  readonly status: NodeStatus | null;
}): JSX.Element {
  const { models, release, timings } = prediction;
  const serving = status?.deployments.find(isOurs)?.serving.find((one) => one.release === release);
  return (
    <dl class="facts">
      <dt>Answered by</dt>
      <dd>{runtimeOf(prediction)}</dd>
      <dt>Model</dt>
      <dd>{models.map(({ version }) => shortName(version)).join(', ')}</dd>
      <dt>Release</dt>
      <dd>
        <code title={release}>{release.slice(0, 8)}</code>
        {serving && `, made ${duration(Date.now() - Date.parse(serving.createdAt))} ago`}
      </dd>
      <dt>In</dt>
      <dd>{milliseconds(timings['total'] ?? 0)}, with its record kept</dd>
    </dl>
  );
}
