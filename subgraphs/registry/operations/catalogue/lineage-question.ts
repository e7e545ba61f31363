import { DomainError } from '../../../../core/errors.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { Asset } from '../../domain/catalogue/asset.ts';
import { MAX_DEPTH, type Coverage, type Gap } from '../../domain/catalogue/lineage.ts';
import { requireAsset } from './asset-named.ts';

/** What search and lineage know of the feeds behind the index. */
export interface IndexState {
  coverage(asOf: Date | null): Promise<readonly Coverage[]>;
  waitFor(cursor: string, field: string): Promise<boolean>;
  require(cursor: string, field: string): Promise<void>;
}

/** What every question about lineage says: of which moment, and which mutation it waits for. */
export interface LineageMoment {
  readonly asOf: Date | null;
  /** An eventCursor to wait for. */
  readonly after: string | null;
}

/** What a question about lineage begins with. */
export interface LineageStart {
  readonly start: Asset;
  readonly coverage: readonly Coverage[];
  /** What keeps the answer from being complete before anything was read. */
  readonly late: readonly Gap[];
}

/** How far a caller's clock may be ahead of ours. */
const CLOCKS_DIFFER_MS = 60_000;

/**
 * Waits for the mutation, asks every producer whether the index has all that it told, and finds where to begin. Throws
 * INVALID_INPUT for a moment that has not come, NOT_FOUND for what is unknown or was not there yet.
 */
export async function begin(
  { db, index, now }: { readonly db: Database; readonly index: IndexState; readonly now: () => Date },
  project: string,
  { id, asOf, after }: LineageMoment & { readonly id: string },
  field = 'id',
): Promise<LineageStart> {
  if (asOf !== null) checkAsOf(asOf, now());
  const reached = after === null || (await index.waitFor(after, 'after'));
  const coverage = await index.coverage(asOf);
  const start = await requireAsset(db, project, id, field);
  if (asOf !== null && asOf < start.firstAt) throw notYetThere(start, asOf);
  const detail = `what was announced up to ${after} has not arrived in time`;
  return { start, coverage, late: reached ? [] : [{ reason: 'AFTER_NOT_REACHED', detail }] };
}

/** Throws INVALID_INPUT for steps that are no number of them. */
export function checkDepth(depth: number): void {
  if (Number.isInteger(depth) && depth >= 1 && depth <= MAX_DEPTH) return;
  throw new DomainError('INVALID_INPUT', `depth: ${depth} steps; allowed: 1 to ${MAX_DEPTH}`, {
    field: 'depth',
    allowed: { min: 1, max: MAX_DEPTH },
  });
}

/** Throws INVALID_INPUT for a number of things that nobody can ask for. */
export function checkCount(first: number, max: number): void {
  if (Number.isInteger(first) && first >= 1 && first <= max) return;
  throw new DomainError('INVALID_INPUT', `first: ${first}; allowed: 1 to ${max}`, {
    field: 'first',
    allowed: { min: 1, max },
  });
}

/** Throws INVALID_INPUT for a moment that has not come: nobody knows the graph of then. */
function checkAsOf(asOf: Date, now: Date): void {
  if (asOf.getTime() <= now.getTime() + CLOCKS_DIFFER_MS) return;
  const allowed = { max: now.toISOString() };
  throw new DomainError('INVALID_INPUT', `asOf: ${asOf.toISOString()} has not come; allowed: up to ${allowed.max}`, {
    field: 'asOf',
    allowed,
  });
}

function notYetThere({ urn, firstAt }: Asset, asOf: Date): DomainError {
  const allowed = { min: firstAt.toISOString() };
  return new DomainError(
    'NOT_FOUND',
    `asOf: ${urn} did not exist at ${asOf.toISOString()}; allowed: from ${allowed.min}, since when it is there`,
    { field: 'asOf', allowed },
  );
}
