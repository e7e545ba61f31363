import { repeat, type Repeating } from '../../time/repeat.ts';
import type { Schedule, Task } from '../../time/task.ts';

/**
 * Runs tasks again and again while the browser lets the worker live, and at once where somebody asks for it: a worker that
 * was ended begins them anew when it is next called.
 */
export class BrowserSchedule implements Schedule {
  /** A stream would not outlive the worker, which nobody keeps alive for it. */
  readonly holdsStreams = false;
  readonly #tasks = new Map<string, Task>();
  readonly #isPaused: (task: string) => boolean;

  /** `isPaused`: whether a task has nothing to do by itself; asking for it runs it all the same. */
  constructor(isPaused: (task: string) => boolean) {
    this.#isPaused = isPaused;
  }

  start(task: Task): Repeating {
    this.#tasks.set(task.name, task);
    return repeat(task, async () => this.#isPaused(task.name) || (await task.run()));
  }

  /** Runs a task now; false where it failed, or has not begun. */
  async run(name: string): Promise<boolean> {
    return (await this.#tasks.get(name)?.run()) ?? false;
  }
}
