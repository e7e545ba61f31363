import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { May, type MayQuery } from '../app/operations.ts';
import type { Answer } from '../graph/ask.ts';
import type { Problem } from '../graph/problem.ts';
import { refetchAll, useQuery } from '../graph/query.ts';
import { announce } from './announce.tsx';
import { ProblemNotice } from './problems.tsx';

type Permission = NonNullable<MayQuery['me']>['may'][number];
export type Permissions = (action: string) => Permission | undefined;

/** What whoever looks may do to a subject, told before they try. */
export function useMay(actions: readonly string[], subject?: string): Permissions {
  const { data } = useQuery(May, { actions, subject: subject ?? null });
  return (action) => data?.me?.may.find((one) => one.action === action);
}

interface ActionProps {
  readonly label: string;
  readonly title: string;
  readonly tone?: 'primary' | 'danger';
  readonly permission: Permission | undefined;
  /** What will be different afterwards: what will serve whom. */
  readonly effect: ComponentChildren;
  readonly reason: 'required' | 'optional' | 'none';
  /** Further fields of the form. */
  readonly fields?: ComponentChildren;
  readonly run: (values: FormData) => Promise<Answer<unknown>>;
  /** What is said when it is done. */
  readonly done: string;
}

/** A change: a button that says who may, and a dialog that says what it does before it does it. */
export function Action(props: ActionProps): JSX.Element {
  const { label, tone, permission } = props;
  const [isOpen, setOpen] = useState(false);
  const why =
    permission === undefined ? 'not known yet whether you may' : permission.allowed ? null : whyNot(permission);
  return (
    <>
      <button
        type="button"
        class={tone}
        aria-disabled={why !== null}
        title={why ?? undefined}
        aria-description={why ?? undefined}
        onClick={() => why === null && setOpen(true)}
      >
        {label}
      </button>
      {isOpen && <ActionDialog {...props} close={() => setOpen(false)} />}
    </>
  );
}

const whyNot = ({ reason, needs }: Permission): string =>
  `${reason ?? 'not allowed'}${needs.length > 0 ? ` · needs: ${needs.join(' or ')}` : ''}`;

function ActionDialog(props: ActionProps & { readonly close: () => void }): JSX.Element {
  const { title, effect, reason, fields, label, tone, run, done, close } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [isRunning, setRunning] = useState(false);
  // Before the next key: what is typed at once belongs to the dialog.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isRunning || !(event.currentTarget instanceof HTMLFormElement)) return;
    setRunning(true);
    const answer = await run(new FormData(event.currentTarget));
    setRunning(false);
    setProblems(answer.problems);
    // Whatever came of it, what is shown may be old: a conflict means that it is.
    refetchAll();
    if (answer.problems.length > 0) return;
    announce(done);
    close();
  };
  return (
    <dialog ref={dialog} aria-labelledby="action-title" onClose={close}>
      <h2 id="action-title">{title}</h2>
      <div>{effect}</div>
      <form onSubmit={(event) => void submit(event)}>
        {fields}
        {reason !== 'none' && (
          <label>
            <span>
              Reason{' '}
              <span class="hint">{reason === 'required' ? '' : '(may be left out) '}kept in the audit trail</span>
            </span>
            <textarea name="reason" required={reason === 'required'} />
          </label>
        )}
        {problems.map((problem) => (
          <ProblemNotice key={problem.code} problem={problem} />
        ))}
        <div class="buttons">
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class={tone ?? 'primary'} aria-disabled={isRunning}>
            {isRunning ? 'Working…' : label}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** A field of a form as text; null where it was left empty. */
export function textOf(values: FormData, name: string): string | null {
  const value = values.get(name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
