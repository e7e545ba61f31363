import type { Command } from 'commander';
import type { Asset, Narrowed } from '../../client/assets.ts';
import type { AssetKind } from '../../client/operations.ts';
import type { Io } from '../io.ts';
import { column } from '../noun.ts';
import { listText } from '../output/format.ts';
import { Session } from '../session.ts';
import { limitIn } from './limit.ts';

const COLUMNS = [column('kind'), column('id'), column('description'), column('owner', 'owner', { wide: true })];
const COUNTS = [column('field'), column('value'), column('count')];

const FIELDS = ['owner', 'tag', 'domain', 'issue'] as const;

interface SearchOptions extends Partial<Record<(typeof FIELDS)[number], string>> {
  readonly kind?: string;
  readonly facets?: boolean;
  readonly limit: string;
}

const upper = (name: string): string => name.toUpperCase().replaceAll('-', '_');
const listed = (text: string): string[] => text.split(',').map((one) => one.trim());

/** The conditions of the options, all of which hold. */
function conditions(options: SearchOptions): Narrowed {
  const and = FIELDS.flatMap((name) => {
    const given = options[name];
    if (given === undefined) return [];
    const values = name === 'issue' ? listed(given).map(upper) : listed(given);
    return [{ field: upper(name) as 'OWNER' | 'TAG' | 'DOMAIN' | 'ISSUE', values }];
  });
  return {
    // What is no kind is refused by the graph, which says what there is.
    ...(options.kind !== undefined && { kinds: listed(options.kind).map(upper) as AssetKind[] }),
    ...(and.length > 0 && { orFilters: [{ and }] }),
  };
}

/** Adds `tiffin search`. */
export function addSearch(program: Command, io: Io): void {
  program
    .command('search')
    .argument('[text...]', 'words, in any order; everything when left out')
    .description('everything that search knows, best first')
    .option('--kind <kinds>', 'only of these kinds; several with commas')
    .option('--owner <owners>', 'only what one of these answers for')
    .option('--tag <tags>', 'only with one of these labels')
    .option('--domain <domains>', 'only of one of these parts of the business')
    .option(
      '--issue <issues>',
      'only with one of these: unowned, undescribed, stale, deprecated, deprecated-but-used, unused',
    )
    .option('--facets', 'how many there are of each kind, owner, tag, domain and issue, in place of a list')
    .option('--limit <n>', 'how many at most', '20')
    .action(async (words: string[], options: SearchOptions, self: Command) => {
      const session = new Session(io, self);
      const { assets } = session.client();
      const text = words.join(' ');
      if (options.facets) {
        const { total, facets } = await assets.count(text, conditions(options));
        const rows = facets.flatMap(({ field, values }) => values.map((one) => ({ field, ...one })));
        session.print(listText(rows, COUNTS, session.shape()));
        session.say(`${total} found`);
        return;
      }
      const found: Asset[] = [];
      for await (const asset of assets.search(text, conditions(options))) {
        if (found.length >= limitIn(options.limit)) break;
        found.push(asset);
      }
      session.print(listText(found, COLUMNS, session.shape()));
      if (found.length === 0) session.say('nothing was found');
    });
}
