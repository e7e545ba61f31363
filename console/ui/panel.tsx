import type { ComponentChildren, JSX } from 'preact';
import type { Query } from '../graph/query.ts';
import { Problems } from './problems.tsx';
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
      <Problems of={query} />
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
