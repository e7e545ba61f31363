import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { column } from '../noun.ts';
import { listText, oneText } from '../output/format.ts';
import { Session } from '../session.ts';

interface ImpactOptions {
  readonly up?: boolean;
  readonly asOf?: string;
}

const COLUMNS = [column('kind'), column('count')];

/** Adds `tiffin impact`. */
export function addImpact(program: Command, io: Io): void {
  program
    .command('impact')
    .argument('<id>', 'where to begin, whole or short')
    .description('how much a change of something would touch, over the whole graph')
    .option('--up', 'how much it comes from; what comes from it when left out')
    .option('--as-of <time>', 'as it was at that moment')
    .action(async (id: string, { up, asOf }: ImpactOptions, self: Command) => {
      const session = new Session(io, self);
      const direction = up ? 'UPSTREAM' : 'DOWNSTREAM';
      const impact = await session.client().assets.impact(id, direction, asOf === undefined ? {} : { asOf });
      const shape = session.shape();
      session.print(shape.format === 'table' ? listText([...impact.kinds], COLUMNS, shape) : oneText(impact, shape));
      session.say(`${impact.total} in all`);
      for (const { reason, detail } of impact.truncatedBecause) session.say(`this is not all: ${reason}: ${detail}`);
    });
}
