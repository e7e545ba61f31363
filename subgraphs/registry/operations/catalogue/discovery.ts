import { DomainError } from '../../../../core/errors.ts';
import { parseUrn } from '../../../../core/urn.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Asset, Match, SearchInput } from '../../domain/catalogue/asset.ts';
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
import { hasTrigrams, searchAssets } from '../../storage/catalogue/asset-search.ts';

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

/** Search and lineage over the assets of all subgraphs. */
export class Discovery {
  readonly #db: Database;
  readonly #index: IndexState;
  #trigrams: boolean | undefined;

  constructor(db: Database, index: IndexState) {
    this.#db = db;
    this.#index = index;
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
    return searchAssets(this.#db, actor.project, input, page, this.#trigrams);
  }

  async asset({ actor }: RequestContext, id: string): Promise<Asset | undefined> {
    parseUrn(id);
    const [found] = await findAssets(this.#db, actor.project, [id]);
    return found;
  }

  /** Where something comes from, or what comes from it; with everything that keeps the answer from being complete. */
  async lineage({ actor }: RequestContext, { id, direction, depth, asOf, after }: LineageInput): Promise<Lineage> {
    if (!Number.isInteger(depth) || depth < 1 || depth > MAX_DEPTH) {
      throw new DomainError('INVALID_INPUT', `depth: ${depth} steps; allowed: 1 to ${MAX_DEPTH}`, {
        field: 'depth',
        allowed: { min: 1, max: MAX_DEPTH },
      });
    }
    parseUrn(id);
    const reached = after === null || (await this.#index.waitFor(after, 'after'));
    const coverage = await this.#index.coverage(asOf);
    const { project } = actor;
    const [start] = await findAssets(this.#db, project, [id]);
    if (!start) throw new DomainError('NOT_FOUND', `id: nobody has told of ${id}`, { field: 'id' });
    const walked = await walk(id, direction, depth, edgesFrom(this.#db, project, direction, asOf));
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
