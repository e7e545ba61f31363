import type { JSX } from 'preact';
import { isAway, isOfPage, onePerPart, type Problem } from '../graph/problem.ts';
import { refetchAll, useAway, type Query } from '../graph/query.ts';

/** A part that is away is grey and named; a refusal says what the server says, and who may. */
export function ProblemNotice({
  problem,
  retry,
}: {
  readonly problem: Problem;
  readonly retry?: (() => void) | undefined;
}): JSX.Element {
  const { message, allowed, requestId } = problem;
  const away = isAway(problem);
  return (
    <div class={away ? 'notice away' : 'notice bad'} role="status">
      <p>
        <strong>{headline(problem)}</strong>
      </p>
      <p>{message}</p>
      {allowed.length > 0 && <p class="small">Allowed: {allowed.join(', ')}</p>}
      {!away && requestId !== undefined && <p class="small muted">request {requestId}</p>}
      {away && retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

function headline({ code, holder, subgraph }: Problem): string {
  if (subgraph !== undefined) return `The ${subgraph} subgraph is away. What only it knows is not shown.`;
  if (code === 'CONFLICT' && holder !== undefined) return 'Somebody else has it';
  return HEADLINES[code] ?? 'This was refused';
}

const HEADLINES: Readonly<Record<string, string>> = {
  UNREACHABLE: 'The server does not answer',
  TIMEOUT: 'This took too long',
  UNAVAILABLE: 'Not available at the moment',
  FORBIDDEN: 'You may not do this',
  UNAUTHENTICATED: 'Nobody is signed in',
  NOT_FOUND: 'There is none',
  CONFLICT: 'It was changed meanwhile',
  INVALID_TRANSITION: 'Not from where it stands now',
  NOT_DELIVERED: 'The receiver did not take it',
  FAILED_PRECONDITION: 'Something is missing first',
};

/** What a question could not tell. Of a part that is away the page says it in full, once: here only that something is missing. */
export const Problems = ({
  of: { problems, refetch },
}: {
  readonly of: Pick<Query<unknown>, 'problems' | 'refetch'>;
}): JSX.Element => (
  <>
    {onePerPart(problems).map((problem) =>
      isOfPage(problem) ? (
        <p key={problem.subgraph} class="muted">
          Not shown: {problem.subgraph ?? 'the server'} cannot be reached.
        </p>
      ) : (
        <ProblemNotice key={problem.code + problem.path.join('.')} problem={problem} retry={refetch} />
      ),
    )}
  </>
);

/** Which parts of the install keep the page from being whole. */
export const Away = (): JSX.Element => (
  <>
    {useAway().map((problem) => (
      <ProblemNotice key={problem.subgraph} problem={problem} retry={refetchAll} />
    ))}
  </>
);
