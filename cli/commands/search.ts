import type { Command } from 'commander';
import type { Asset } from '../../client/assets.ts';
import type { AssetKind } from '../../client/operations.ts';
import type { Io } from '../io.ts';
import { column } from '../noun.ts';
import { listText } from '../output/format.ts';
import { Session } from '../session.ts';
import { limitIn } from './limit.ts';

const COLUMNS = [column('kind'), column('id'), column('description')];

/** Adds `tiffin search`. */
export function addSearch(program: Command, io: Io): void {
  program
    .command('search')
    .argument('<text...>', 'words, in any order')
    .description('everything that search knows, best first')
    .option('--kind <kinds>', 'only of these kinds; several with commas')
    .option('--limit <n>', 'how many at most', '20')
    .action(async (words: string[], { kind, limit }: { kind?: string; limit: string }, self: Command) => {
      const session = new Session(io, self);
      const kinds = kind?.split(',').map((one) => one.trim().toUpperCase().replaceAll('-', '_'));
      const found: Asset[] = [];
      // What is no kind is refused by the graph, which says what there is.
      const options = kinds ? { kinds: kinds as AssetKind[] } : {};
      for await (const asset of session.client().assets.search(words.join(' '), options)) {
        if (found.length >= limitIn(limit)) break;
        found.push(asset);
      }
      session.print(listText(found, COLUMNS, session.shape()));
      if (found.length === 0) session.say('nothing was found');
    });
}
