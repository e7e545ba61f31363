import { DomainError } from '../../../../core/errors.ts';
import { urnsMeant } from '../../../../core/urn-grammar.ts';
import { ASSET_KINDS } from '../../../../schema/nouns.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Asset, Match, SearchInput } from '../../domain/catalogue/asset.ts';
import { highlightsOf, type StemOf } from '../../domain/catalogue/highlight.ts';
import { wordsIn } from '../../domain/catalogue/search-words.ts';
import {
  gapsOf,
  MAX_DEPTH,
  walk,
  type Coverage,
  type Direction,
  type Gap,
  type LineageEdge,
} from '../../domain/catalogue/lineage.ts';
import { findAssets } from '../../storage/catalogue/asset.ts';
import { edgesFrom } from '../../storage/catalogue/asset-lineage.ts';
import { hasTrigrams, searchAssets, stemsOf, type Found, type Stems } from '../../storage/catalogue/asset-search.ts';

/** How far a caller's clock may be ahead of ours. */
const CLOCKS_DIFFER_MS = 60_000;

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

/** What discovery knows of the feeds behind the index. */
export interface IndexState {
  coverage(asOf: Date | null): Promise<readonly Coverage[]>;
  waitFor(cursor: string, field: string): Promise<boolean>;
  require(cursor: string, field: string): Promise<void>;
}

export interface LineageInput {
  readonly id: string;
  readonly direction: Direction;
  readonly depth: number;
  readonly asOf: Date | null;
  /** An eventCursor to wait for. */
  readonly after: string | null;
}

export interface LineageNode {
  readonly id: string;
  readonly degree: number;
  /** Null where an edge names something that nobody told of. */
  readonly asset: Asset | null;
}

export interface Lineage {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  readonly gaps: readonly Gap[];
}

const LONGEST_TEXT = 200;

const wordsOf = (text: string): readonly string[] => wordsIn(text).map(({ word }) => word);

/** Search and lineage over the assets of all subgraphs. */
export class Discovery {
  readonly #db: Database;
  readonly #index: IndexState;
  readonly #now: () => Date;
  #trigrams: boolean | undefined;

  constructor(db: Database, index: IndexState, now: () => Date) {
    this.#db = db;
    this.#index = index;
    this.#now = now;
  }

  async search(
    { actor }: RequestContext,
    input: SearchInput,
    page: PageRequest,
    afterEvent: string | null,
  ): Promise<readonly Match[]> {
    if (input.text.length > LONGEST_TEXT) {
      throw new DomainError('INVALID_INPUT', `text: a search has at most ${LONGEST_TEXT} characters`, {
        field: 'text',
      });
    }
    if (afterEvent !== null) await this.#index.require(afterEvent, 'afterEvent');
    this.#trigrams ??= await hasTrigrams(this.#db);
    const stems = await stemsOf(this.#db, wordsOf(input.text));
    const found = await searchAssets(this.#db, actor.project, input, page, { stems, trigrams: this.#trigrams });
    return this.#highlighted(input.text, found, stems);
  }

  async #highlighted(text: string, found: readonly Found[], stems: Stems): Promise<readonly Match[]> {
    const fields = found.map(({ asset: { name, description, tags, owner } }) => [
      name,
      description,
      ...tags,
      owner ?? '',
    ]);
    const all = new Map([...stems, ...(await stemsOf(this.#db, fields.flat().flatMap(wordsOf)))]);
    const stemOf: StemOf = (word) => all.get(word);
    return found.map((one, i) => ({ ...one, highlights: highlightsOf(text, fields[i] ?? [], stemOf) }));
  }

  async asset({ actor }: RequestContext, id: string): Promise<Asset | undefined> {
    return this.#named(actor.project, id);
  }

  /** What a whole or short id names. Throws INVALID_INPUT where a short one names several things. */
  async #named(project: string, id: string): Promise<Asset | undefined> {
    const found = await findAssets(this.#db, project, urnsMeant(project, id, ASSET_KINDS));
    const live = found.filter(({ deleted }) => !deleted);
    const [one, ...others] = live.length > 0 ? live : found;
    if (others.length === 0) return one;
    const allowed = found.map(({ urn }) => urn).sort();
    throw new DomainError('INVALID_INPUT', `id: "${id}" names several things; write one of ${allowed.join(', ')}`, {
      field: 'id',
      allowed,
    });
  }

  /** Where something comes from, or what comes from it; with everything that keeps the answer from being complete. */
  async lineage({ actor }: RequestContext, { id, direction, depth, asOf, after }: LineageInput): Promise<Lineage> {
    if (!Number.isInteger(depth) || depth < 1 || depth > MAX_DEPTH) {
      throw new DomainError('INVALID_INPUT', `depth: ${depth} steps; allowed: 1 to ${MAX_DEPTH}`, {
        field: 'depth',
        allowed: { min: 1, max: MAX_DEPTH },
      });
    }
    if (asOf !== null) checkAsOf(asOf, this.#now());
    const reached = after === null || (await this.#index.waitFor(after, 'after'));
    const coverage = await this.#index.coverage(asOf);
    const { project } = actor;
    const start = await this.#named(project, id);
    if (!start) throw new DomainError('NOT_FOUND', `id: nobody has told of ${id}`, { field: 'id' });
    if (asOf !== null && asOf < start.firstAt) throw notYetThere(start, asOf);
    const walked = await walk(start.urn, direction, depth, edgesFrom(this.#db, project, direction, asOf));
    const assets = await findAssets(this.#db, project, [...walked.degrees.keys()]);
    const byUrn = new Map(assets.map((asset) => [asset.urn, asset]));
    const nodes = [...walked.degrees].map(([urn, degree]) => ({ id: urn, degree, asset: byUrn.get(urn) ?? null }));
    const dangling = nodes.filter(({ asset }) => asset === null).map((node) => node.id);
    const late: readonly Gap[] = reached
      ? []
      : [{ reason: 'AFTER_NOT_REACHED', detail: `what was told up to ${after} has not arrived in time` }];
    return { nodes, edges: walked.edges, gaps: [...late, ...gapsOf(walked, coverage, dangling)] };
  }
}
