import type { ComponentChildren, JSX } from 'preact';
import type { Problem } from '../graph/problem.ts';
import { isAway } from '../graph/problem.ts';
import type { Query } from '../graph/query.ts';
import { useSectionId } from './section-id.ts';

interface PanelProps<Result, Value> {
  readonly title: string;
  readonly note?: ComponentChildren;
  /** What narrows it, below its heading. */
  readonly filters?: ComponentChildren;
  readonly query: Query<Result>;
  /** What the panel shows of the answer; null or undefined where the answer has nothing of it. */
  readonly of: (data: Result) => Value | null | undefined;
  /** What is shown where nothing is there, though nothing went wrong. */
  readonly empty?: ComponentChildren;
  readonly children: (value: Value) => ComponentChildren;
}

/** One part of a page with a question of its own: it loads, fails and empties without the others. */
export function Panel<Result, Value>(props: PanelProps<Result, Value>): JSX.Element {
  const { title, note, filters, query, of, empty, children } = props;
  const id = useSectionId(title);
  const value = query.data === null ? null : of(query.data);
  return (
    <section class="panel" aria-labelledby={id} aria-busy={query.isFirst}>
      <header>
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span class="note">{note}</span>}
      </header>
      {filters}
      {query.isFirst && <Skeleton />}
      {query.problems.map((problem) => (
        <ProblemNotice key={problem.path.join('.') + problem.code} problem={problem} retry={query.refetch} />
      ))}
      {value !== null && value !== undefined
        ? children(value)
        : !query.isFirst && query.problems.length === 0 && (empty ?? <p class="muted">Nothing here.</p>)}
    </section>
  );
}

export const Section = ({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly children: ComponentChildren;
}): JSX.Element => {
  const id = useSectionId(title);
  return (
    <section class="panel" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span class="note">{note}</span>}
      </header>
      {children}
    </section>
  );
};

export const Skeleton = (): JSX.Element => (
  <div class="skeleton" role="status">
    <span class="sr-only">Loading</span>
    <i />
    <i />
    <i />
  </div>
);

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
