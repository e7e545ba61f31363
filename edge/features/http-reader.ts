import { DomainError } from '../../core/errors.ts';
import { FeatureReadAnswer } from '../../schema/feature-read.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { atEndOfTurn } from '../time/end-of-turn.ts';
import type { FeatureQuery, FeatureReader, FeatureRow, StoredFeature } from './feature-reader.ts';

const MOST_ENTITIES = 500;

interface Waiting {
  readonly query: FeatureQuery;
  readonly resolve: (row: FeatureRow) => void;
  readonly reject: (error: unknown) => void;
}

/** So long a read waits at most for those before it, to go with others. */
const COMPANY_MS = 2;

/**
 * The feature server over HTTP. Reads that begin in one turn of the event loop go in one request, and so do those that
 * begin while an answer is awaited, for a moment at most: the busier a node is, the more reads share a round trip.
 */
export class HttpFeatureReader implements FeatureReader {
  readonly #control: ControlPlane;
  readonly #timeoutMs: number;
  #waiting: Waiting[] = [];
  /** Requests whose answer is awaited. */
  #asking = 0;
  #company: ReturnType<typeof setTimeout> | undefined;

  constructor(control: ControlPlane, { timeoutMs }: { readonly timeoutMs: number }) {
    this.#control = control;
    this.#timeoutMs = timeoutMs;
  }

  read(query: FeatureQuery): Promise<FeatureRow> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ query, resolve, reject });
      if (this.#waiting.length > 1) return;
      if (this.#asking === 0) atEndOfTurn(() => this.#send());
      else this.#company = setTimeout(() => this.#send(), COMPANY_MS);
    });
  }

  #send(): void {
    clearTimeout(this.#company);
    const waiting = this.#waiting;
    this.#waiting = [];
    // Replays bear a time each, which goes with the row; reads of now leave it to the server's clock.
    const groups = Map.groupBy(waiting, ({ query: { service, at } }) => `${service}\n${at === null}`);
    for (const group of groups.values()) {
      for (let from = 0; from < group.length; from += MOST_ENTITIES) {
        void this.#ask(group.slice(from, from + MOST_ENTITIES)).finally(() => this.#ended());
        this.#asking++;
      }
    }
  }

  #ended(): void {
    this.#asking--;
    if (this.#asking === 0 && this.#waiting.length > 0) this.#send();
  }

  async #ask(group: readonly Waiting[]): Promise<void> {
    try {
      const rows = await this.#post(group.map(({ query }) => query));
      for (const [i, { resolve, reject }] of group.entries()) {
        const row = rows[i];
        if (row) resolve(row);
        else reject(new DomainError('UNAVAILABLE', 'the feature server left out an entity'));
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async #post(queries: readonly FeatureQuery[]): Promise<FeatureRow[]> {
    const [first] = queries;
    const answer = await this.#control.postJson(
      '/v1/features/read',
      {
        service: first?.service,
        entities: queries.map(({ entity }) => entity),
        ...(first && first.at !== null && { at: queries.map(({ at }) => at) }),
      },
      this.#timeoutMs,
    );
    const parsed = FeatureReadAnswer.safeParse(answer);
    if (!parsed.success) throw new DomainError('UNAVAILABLE', 'the feature server answered in a form not known here');
    return rowsOf(parsed.data);
  }
}

function rowsOf({ names, values, statuses, agesMs }: FeatureReadAnswer): FeatureRow[] {
  return values.map((row, i) => {
    const features = new Map<string, StoredFeature>();
    for (const [j, name] of names.entries()) {
      const status = statuses[i]?.[j];
      if (status) features.set(name, { value: row[j] ?? null, status, ageMs: agesMs[i]?.[j] ?? null });
    }
    return { features, source: 'STORE' };
  });
}
