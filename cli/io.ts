/** What a command may touch of the process; tests give their own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether a person sits at both ends. */
  readonly isTerminal: boolean;
  /** Asks a person a question that is answered with y or n. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** All of standard input. */
  readonly stdin: () => Promise<string>;
  /** Aborts when the person interrupts. */
  readonly signal: AbortSignal;
}

/** Whether words may have colours: on a terminal, and nobody said no. */
export const isColored = ({ env, isTerminal }: Io): boolean =>
  isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
