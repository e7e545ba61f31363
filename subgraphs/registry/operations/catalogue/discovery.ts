import { DomainError } from '../../../../core/errors.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Asset, Match } from '../../domain/catalogue/asset.ts';
import { checkFilters, type Facet, type SearchInput } from '../../domain/catalogue/asset-filter.ts';
import type { Suggestion } from '../../domain/catalogue/completion.ts';
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
import { assetNamed, requireAsset } from './asset-named.ts';
import { edgesFrom } from '../../storage/catalogue/asset-lineage.ts';
import { completions, type CompletionInput } from '../../storage/catalogue/asset-completion.ts';
import { countAssets, facetsOf } from '../../storage/catalogue/asset-facets.ts';
import {
  hasTrigrams,
  searchAssets,
  stemsOf,
  type Found,
  type SearchFrame,
  type Stems,
} from '../../storage/catalogue/asset-search.ts';
import { LONGEST_TEXT } from '../../domain/catalogue/saved-search.ts';

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

const MOST_COMPLETIONS = 50;

function checkText(text: string): void {
  if (text.length <= LONGEST_TEXT) return;
  throw new DomainError('INVALID_INPUT', `text: a search has at most ${LONGEST_TEXT} characters`, { field: 'text' });
}

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
    checkText(input.text);
    checkFilters(input.orFilters);
    if (afterEvent !== null) await this.#index.require(afterEvent, 'afterEvent');
    const frame = await this.#frame(actor.project, input.text);
    const found = await searchAssets(this.#db, input, page, frame);
    return this.#highlighted(input.text, found, frame.stems);
  }

  /** How many assets a search finds, over all its pages. */
  async count({ actor }: RequestContext, input: SearchInput): Promise<number> {
    return (await countAssets(this.#db, input, await this.#frame(actor.project, input.text))).total;
  }

  /** How often each value of each field occurs in what a search finds. */
  async facets({ actor }: RequestContext, input: SearchInput): Promise<readonly Facet[]> {
    const frame = await this.#frame(actor.project, input.text);
    const { way } = await countAssets(this.#db, input, frame);
    return facetsOf(this.#db, input, way, frame);
  }

  /** How a text that is being typed can go on. */
  async complete({ actor }: RequestContext, input: CompletionInput): Promise<readonly Suggestion[]> {
    checkText(input.text);
    if (!Number.isInteger(input.first) || input.first < 1 || input.first > MOST_COMPLETIONS) {
      const allowed = { min: 1, max: MOST_COMPLETIONS };
      throw new DomainError('INVALID_INPUT', `first: ${input.first}; allowed: ${allowed.min} to ${allowed.max}`, {
        field: 'first',
        allowed,
      });
    }
    return completions(this.#db, actor.project, input);
  }

  async #frame(project: string, text: string): Promise<SearchFrame> {
    this.#trigrams ??= await hasTrigrams(this.#db);
    return { project, now: this.#now(), stems: await stemsOf(this.#db, wordsOf(text)), trigrams: this.#trigrams };
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
    return assetNamed(this.#db, actor.project, id);
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
    const start = await requireAsset(this.#db, project, id);
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
