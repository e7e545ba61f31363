import type { Repeating } from '../../time/repeat.ts';
import type { Schedule, Task } from '../../time/task.ts';

interface Planned {
  readonly task: Task;
  dueMs: number;
  waitMs: number;
}

/** Runs the tasks that are due whenever the worker is called; between calls it does not exist. */
export class DueSchedule implements Schedule {
  readonly holdsStreams = false;
  readonly #nowMs: () => number;
  readonly #planned = new Map<string, Planned>();
  #running: Promise<void> | null = null;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  start(task: Task): Repeating {
    const planned = { task, dueMs: 0, waitMs: task.everyMs };
    this.#planned.set(task.name, planned);
    return {
      wake: () => {
        planned.dueMs = 0;
      },
      stop: async () => {
        this.#planned.delete(task.name);
      },
    };
  }

  /** Runs one task now, if the node has it. */
  async runTask(name: string): Promise<void> {
    const planned = this.#planned.get(name);
    if (planned) await this.#run(planned);
  }

  /** Runs what is due, or all of it, one task after another; a call while they run waits for these. */
  run(which: 'DUE' | 'ALL' = 'DUE'): Promise<void> {
    if (which === 'ALL') for (const planned of this.#planned.values()) planned.dueMs = 0;
    return (this.#running ??= this.#runDue().finally(() => {
      this.#running = null;
    }));
  }

  async #runDue(): Promise<void> {
    const isDue = ({ dueMs }: Planned): boolean => dueMs <= this.#nowMs();
    const due = [...this.#planned.values()].filter(isDue);
    for (const planned of due) await this.#run(planned);
    // One may have woken another that had run before it.
    for (const planned of due.filter(({ dueMs }) => dueMs === 0)) await this.#run(planned);
  }

  async #run(planned: Planned): Promise<void> {
    const { task } = planned;
    // It may be woken while it runs.
    planned.dueMs = Infinity;
    const succeeded = await task.run().catch(() => false);
    planned.waitMs = succeeded ? task.everyMs : Math.min(planned.waitMs * 2, task.longestMs ?? task.everyMs);
    planned.dueMs = Math.min(planned.dueMs, this.#nowMs() + planned.waitMs);
  }
}
