import type { ComponentChildren, JSX } from 'preact';

/** Each has a shape of its own as well: colour alone tells nothing to many. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain';

const SHAPES: Readonly<Record<Tone, JSX.Element>> = {
  good: <path d="M1.5 6.5 4.5 9.5 10.5 2.5" fill="none" stroke="currentColor" stroke-width="2" />,
  warn: <path d="M6 1 11.5 11 H.5Z" fill="currentColor" />,
  bad: <path d="M2 2 10 10 M10 2 2 10" fill="none" stroke="currentColor" stroke-width="2" />,
  info: <circle cx="6" cy="6" r="4" fill="currentColor" />,
  plain: <circle cx="6" cy="6" r="3.5" fill="none" stroke="currentColor" stroke-width="2" />,
};

export const Shape = ({ tone }: { readonly tone: Tone }): JSX.Element => (
  <svg viewBox="0 0 12 12" aria-hidden="true">
    {SHAPES[tone]}
  </svg>
);

/** A word for how something stands, with a shape and a colour. */
export const State = ({
  tone,
  children,
}: {
  readonly tone: Tone;
  readonly children: ComponentChildren;
}): JSX.Element => (
  <span class={`state ${tone}`}>
    <Shape tone={tone} />
    {children}
  </span>
);

const TONES: Readonly<Record<string, Tone>> = {
  APPROVED: 'good',
  VALIDATED: 'info',
  SUBMITTED: 'info',
  WAITING: 'info',
  COMPLETED: 'good',
  ROLLED_BACK: 'bad',
  REJECTED: 'bad',
  SUSPENDED: 'warn',
  LIVE: 'good',
  CANARY: 'info',
  KILLED: 'bad',
  RUNNING: 'good',
  FIRING: 'bad',
  OPEN: 'bad',
  PENDING: 'warn',
  RESOLVED: 'good',
  HEALTHY: 'good',
  DEGRADED: 'warn',
  UNHEALTHY: 'bad',
  CRITICAL: 'bad',
  WARNING: 'warn',
  HIGH: 'bad',
  MODERATE: 'warn',
  FAILED: 'bad',
  DEAD: 'bad',
  SUCCEEDED: 'good',
  DELIVERED: 'good',
  WHOLE: 'good',
  BROKEN: 'bad',
  UNREACHABLE: 'warn',
};

/** A value of an enum of the graph as a word: `NOT_REQUIRED` is "not required". */
export const words = (value: string): string => value.toLowerCase().replaceAll('_', ' ');

export const StateOf = ({ value }: { readonly value: string }): JSX.Element => (
  <State tone={TONES[value] ?? 'plain'}>{words(value)}</State>
);
