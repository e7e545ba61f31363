import { setTimeout as sleep } from 'node:timers/promises';
import { AssetEvent } from '../../../schema/event.ts';
import type { Database } from '../../shared/database/database.ts';
import type { Change, Changes } from '../../shared/events/changes.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { refuse } from '../domain/refuse.ts';
import { eventOf, type Study } from '../domain/study.ts';
import { findStudies, type StoredKind } from '../storage/study.ts';

export interface StudyChangesInput {
  readonly after?: string | null | undefined;
  /** Only this one. */
  readonly id?: string | null | undefined;
  /** While it runs, its state is sent after so many seconds without a change. */
  readonly everySeconds?: number | null | undefined;
}

export interface StudyChangesDeps {
  readonly changes: Changes;
  readonly db: Database;
  readonly now: () => Date;
}

const LEAST_SECONDS = 1;
const MOST_SECONDS = 3_600;

/** Studies of one kind as they start, change, are judged and end. */
export class StudyChanges<S extends Study> {
  readonly #deps: StudyChangesDeps;
  readonly #kind: StoredKind<S>;

  constructor(deps: StudyChangesDeps, kind: StoredKind<S>) {
    this.#deps = deps;
    this.#kind = kind;
  }

  follow(context: RequestContext, { after, id, everySeconds }: StudyChangesInput): AsyncGenerator<Change> {
    const { ids, kind: noun } = this.#kind.rules;
    const { project } = context.actor;
    const key = typeof id === 'string' ? ids.parse(project, id, 'id') : undefined;
    const only = key && ids.format(key);
    const seconds = everySeconds ?? null;
    const changes = this.#deps.changes.follow(context, {
      after,
      matches: ({ kind, urn }) => kind === noun && (only === undefined || urn === only),
    });
    if (seconds === null) return changes;
    if (!key) throw refuse('everySeconds', 'reports one study alone; allowed: together with id');
    if (!(seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS)) {
      throw refuse('everySeconds', `is ${seconds}; allowed: ${LEAST_SECONDS} to ${MOST_SECONDS}`);
    }
    return withTicks(changes, seconds * 1_000, () => this.#standing(project, key.name));
  }

  /** The study as it stands, in the form of an event; null while it does not run. */
  async #standing(project: string, name: string): Promise<AssetEvent | null> {
    const [study] = await findStudies(this.#deps.db.em(), this.#kind, project, [name]);
    if (study?.status !== 'RUNNING') return null;
    return AssetEvent.parse(eventOf(this.#kind.rules, study, this.#deps.now()));
  }
}

/** The same changes, and what `tick` says whenever nothing has come for so long. */
async function* withTicks(
  changes: AsyncGenerator<Change>,
  everyMs: number,
  tick: () => Promise<AssetEvent | null>,
): AsyncGenerator<Change, void, undefined> {
  let cursor = '';
  let next = changes.next();
  try {
    for (;;) {
      const waiting = new AbortController();
      const quiet = sleep(everyMs, null, { signal: waiting.signal }).catch(() => null);
      const step = await Promise.race([next, quiet]).finally(() => waiting.abort());
      if (step === null) {
        const event = await tick();
        if (event) yield { cursor, event };
        continue;
      }
      if (step.done) return;
      ({ cursor } = step.value);
      yield step.value;
      next = changes.next();
    }
  } finally {
    await changes.return(undefined);
  }
}
