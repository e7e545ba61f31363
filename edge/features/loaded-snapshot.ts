import { DomainError } from '../../core/errors.ts';
import type { Scalar } from '../../core/recipe/value.ts';
import { FeatureSnapshot } from '../../schema/feature-snapshot.ts';
import type { FeatureRow, StoredFeature } from './feature-reader.ts';

/** A snapshot of features in memory: what the store had for chosen entities, with ages that grow since. */
export class LoadedSnapshot {
  readonly service: string;
  readonly readAtMs: number;
  readonly #snapshot: FeatureSnapshot;
  /** Entity → its row. */
  readonly #rows: ReadonlyMap<string, number>;

  private constructor(snapshot: FeatureSnapshot) {
    this.service = snapshot.service;
    this.readAtMs = Date.parse(snapshot.readAt);
    this.#snapshot = snapshot;
    this.#rows = new Map(snapshot.entities.map((entity, i) => [entityKey(entity), i]));
  }

  /** Throws FAILED_PRECONDITION where the bytes are no snapshot that this code reads. */
  static read(bytes: Uint8Array): LoadedSnapshot {
    let content: unknown;
    try {
      content = JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      throw new DomainError('FAILED_PRECONDITION', 'the snapshot is not JSON');
    }
    const parsed = FeatureSnapshot.safeParse(content);
    if (parsed.success) return new LoadedSnapshot(parsed.data);
    const [issue] = parsed.error.issues;
    throw new DomainError(
      'FAILED_PRECONDITION',
      `the snapshot is not written as this node reads it: ${issue?.path.join('.')}: ${issue?.message}`,
    );
  }

  get entities(): number {
    return this.#rows.size;
  }

  /** Null where the entity is not in it. */
  find(entity: Readonly<Record<string, Scalar>>, nowMs: number): FeatureRow | null {
    const row = this.#rows.get(entityKey(entity));
    if (row === undefined) return null;
    const { names, values, statuses, agesMs } = this.#snapshot;
    const heldMs = Math.max(0, nowMs - this.readAtMs);
    const features = new Map<string, StoredFeature>();
    for (const [i, name] of names.entries()) {
      const status = statuses[row]?.[i];
      const ageMs = agesMs[row]?.[i] ?? null;
      if (!status) continue;
      features.set(name, { value: values[row]?.[i] ?? null, status, ageMs: ageMs === null ? null : ageMs + heldMs });
    }
    return { features, source: 'SNAPSHOT' };
  }
}

/** Whole numbers may come as text: a join key has one type, so its text tells it apart. A key that is null is none. */
const entityKey = (entity: Readonly<Record<string, Scalar>>): string =>
  JSON.stringify(
    Object.entries(entity)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, String(value)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
