import type { JSX } from 'preact';
import { AssetLink } from './id.tsx';
import { person } from './person.ts';
import { actionWords } from './response-words.ts';
import { State, words, type Tone } from './state.tsx';
import { Table } from './table.tsx';
import { Time } from './time.tsx';

/** A run of a response policy, as lists ask for it. */
export interface ListedRun {
  readonly id: string;
  readonly state: string;
  readonly stage: string | null;
  readonly author: string;
  readonly definition: unknown;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly policy: { readonly id: string; readonly name: string } | null;
  readonly deployment: { readonly id: string };
  readonly incident: { readonly id: string; readonly title: string } | null;
  readonly steps: readonly { readonly text: string }[];
}

const TONES: Readonly<Record<string, Tone>> = {
  WAITING: 'plain',
  ASKING: 'warn',
  ACTING: 'info',
  DONE: 'good',
  STOPPED: 'bad',
};

export const RunState = ({ of }: { readonly of: string }): JSX.Element => (
  <State tone={TONES[of] ?? 'plain'}>{words(of)}</State>
);

/** Whether something still comes of it, by itself or by a person. */
export const isUnderWay = (state: string): boolean => state === 'WAITING' || state === 'ASKING' || state === 'ACTING';

/** Whether a policy is in force. Nobody pauses it where its breaker opens. */
export function PolicyState({ paused }: { readonly paused: { readonly by: string | null } | null }): JSX.Element {
  if (paused === null) return <State tone="good">in force</State>;
  return paused.by === null ? <State tone="bad">breaker open</State> : <State tone="warn">paused</State>;
}

const STAGE_WAITS: Readonly<Record<string, string>> = {
  TRAIN: 'the version of the trainer',
  APPROVE: 'the approval of its version',
  RELEASE: 'the approval of its recipe',
  COMPARE: 'the pairs of the shadow',
  PROMOTE: 'the verdicts of the rollout',
};

/** What a run waits for; of one that ended, what it came to. */
export function waitsFor({ state, stage, author, steps }: Omit<ListedRun, 'id'>): string {
  if (state === 'ASKING') return `an approver other than ${person(author)}`;
  if (state === 'OBSERVED') return 'nothing was done: it only observes';
  if (state === 'SUGGESTED') return 'nothing was done: people may do it';
  if (state === 'ACTING' && stage !== null) return STAGE_WAITS[stage] ?? words(stage);
  return steps.at(-1)?.text ?? '';
}

/** Runs of policies, each with what it waits for. */
export const Runs = ({
  of,
  about,
}: {
  readonly of: readonly ListedRun[];
  /** What the page is about: it is not said again in each row. */
  readonly about?: 'policy' | 'incident';
}): JSX.Element => (
  <Table
    caption="Response runs"
    rows={of}
    keyOf={({ id }) => id}
    columns={[
      {
        title: 'Run',
        cell: ({ id, definition, policy, deployment, incident }) => (
          <>
            <AssetLink id={id}>{actionWords(definition)}</AssetLink>
            <span class="sub">
              {about === 'policy' ? (
                incident && <AssetLink id={incident.id}>{incident.title}</AssetLink>
              ) : (
                <>
                  {policy?.name ?? 'its policy was deleted'} on <AssetLink id={deployment.id} />
                </>
              )}
            </span>
          </>
        ),
      },
      { title: 'Stands', isShort: true, cell: ({ state }) => <RunState of={state} /> },
      { title: 'Waits for, or came to', cell: waitsFor },
      ...(about !== undefined
        ? []
        : [
            {
              title: 'Incident',
              cell: ({ incident }: ListedRun) => incident && <AssetLink id={incident.id}>{incident.title}</AssetLink>,
            },
          ]),
      {
        title: 'Since',
        cell: ({ startedAt, endedAt }) => (
          <>
            <Time at={startedAt} />
            {endedAt !== null && (
              <span class="sub">
                ended <Time at={endedAt} />
              </span>
            )}
          </>
        ),
      },
    ]}
  />
);
