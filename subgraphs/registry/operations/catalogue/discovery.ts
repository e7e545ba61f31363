import { DomainError } from '../../../../core/errors.ts';
import type { Database } from '../../../shared/database/database.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Asset, Match } from '../../domain/catalogue/asset.ts';
import { checkFilters, type Facet, type SearchInput } from '../../domain/catalogue/asset-filter.ts';
import type { Suggestion } from '../../domain/catalogue/completion.ts';
import { highlightsOf, type StemOf } from '../../domain/catalogue/highlight.ts';
import { wordsIn } from '../../domain/catalogue/search-words.ts';
import { assetNamed } from './asset-named.ts';
import { checkCount, type IndexState } from './lineage-question.ts';
import { completions, type CompletionInput } from '../../storage/catalogue/asset-completion.ts';
import { countAssets, facetsOf, findAmong } from '../../storage/catalogue/asset-facets.ts';
import {
  hasTrigrams,
  searchAssets,
  stemsOf,
  type Found,
  type SearchFrame,
  type Stems,
} from '../../storage/catalogue/asset-search.ts';
import { LONGEST_TEXT } from '../../domain/catalogue/saved-search.ts';

const MOST_COMPLETIONS = 50;

function checkText(text: string): void {
  if (text.length <= LONGEST_TEXT) return;
  throw new DomainError('INVALID_INPUT', `text: a search has at most ${LONGEST_TEXT} characters`, { field: 'text' });
}

const wordsOf = (text: string): readonly string[] => wordsIn(text).map(({ word }) => word);

/** Search over the assets of all subgraphs. */
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
    return countAssets(this.#db, input, await this.#frame(actor.project, input.text));
  }

  /** How often each value of each field occurs in what a search finds. */
  async facets({ actor }: RequestContext, input: SearchInput): Promise<readonly Facet[]> {
    return facetsOf(this.#db, input, await this.#frame(actor.project, input.text));
  }

  /** The ids of what a search finds, all of them: for one that looks among some. */
  async among({ actor }: RequestContext, input: SearchInput): Promise<ReadonlySet<string>> {
    checkText(input.text);
    return findAmong(this.#db, input, await this.#frame(actor.project, input.text));
  }

  /** How a text that is being typed can go on. */
  async complete({ actor }: RequestContext, input: CompletionInput): Promise<readonly Suggestion[]> {
    checkText(input.text);
    checkCount(input.first, MOST_COMPLETIONS);
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
}
