/** Thrown to whoever starts something while all is being stopped. */
export class StartInterrupted extends Error {
  override readonly name = 'StartInterrupted';
}

/** What has been started, in order; stopped in the reverse order, whatever had been reached. */
export class Started {
  readonly #stops: (() => Promise<void>)[] = [];
  #beginning: Promise<unknown> = Promise.resolve();
  #stopped: Promise<void> | undefined;

  /** Starts one thing after another. Throws StartInterrupted once `stop` was called; what was half-way then is stopped too. */
  async start<T>(begin: () => Promise<T>, stop: (one: T) => Promise<void>): Promise<T> {
    this.#throwIfStopping();
    const beginning = begin();
    this.#beginning = beginning.catch(() => undefined);
    const one = await beginning;
    this.#stops.push(() => stop(one));
    this.#throwIfStopping();
    return one;
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stopAll());
  }

  #throwIfStopping(): void {
    if (this.#stopped) throw new StartInterrupted('stopped while it started');
  }

  async #stopAll(): Promise<void> {
    await this.#beginning;
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) {
      try {
        await stop();
      } catch (error) {
        process.stderr.write(`while stopping: ${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  }
}
