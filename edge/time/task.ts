import { repeat, type Repeating } from './repeat.ts';

/** Something that a node does again and again besides answering. */
export interface Task {
  readonly name: string;
  readonly everyMs: number;
  /** How long to wait at most after runs that failed; each failure doubles the wait. */
  readonly longestMs?: number;
  /** Runs it once; `false` means that it failed. */
  run(): Promise<boolean>;
}

/** What runs the tasks of a node: a process repeats them, a CDN's worker runs those that are due when it is called. */
export interface Schedule {
  /** Whether a task may hold a stream open: only where the process lives on between requests. */
  readonly holdsStreams: boolean;
  start(task: Task): Repeating;
}

/** For a process that lives on. */
export const livingSchedule: Schedule = {
  holdsStreams: true,
  start: (task) => repeat(task, () => task.run()),
};
