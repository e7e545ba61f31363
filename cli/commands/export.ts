import type { Command } from 'commander';
import { stringify } from 'yaml';
import { DEFINITION_KINDS, type DefinitionKind } from '../../schema/definition-kinds.ts';
import { standingDefinitions } from '../definition/standing.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { listText } from '../output/format.ts';
import { Session } from '../session.ts';

/** Adds `tiffin export`. */
export function addExport(program: Command, io: Io): void {
  program
    .command('export')
    .description('the definitions that stand, as files for `tiffin plan` and `tiffin apply`')
    .option('--kind <kinds>', 'only of these kinds; several with commas')
    .action(async ({ kind }: { kind?: string }, self: Command) => {
      const session = new Session(io, self);
      const kinds = kind?.split(',').map((one) => one.trim());
      const unknown = kinds?.find((one) => !Object.hasOwn(DEFINITION_KINDS, one));
      if (unknown !== undefined) {
        throw new Failure(`--kind: is ${unknown}`, EXIT.usage, {
          hint: `allowed: ${Object.keys(DEFINITION_KINDS).join(', ')}`,
        });
      }
      const hidden = new Set<DefinitionKind>();
      const found = (await standingDefinitions(session.client(), hidden)).filter(
        (one) => kinds?.includes(one.kind) ?? true,
      );
      const rows = found.map((one) => ({ kind: one.kind, ...one.input }));
      const shape = session.shape();
      session.print(
        shape.format === 'table' || shape.format === 'yaml'
          ? rows.map((row) => stringify(row, { lineWidth: 0 }).trimEnd()).join('\n---\n')
          : listText(rows, [], shape),
      );
      for (const one of hidden) {
        if (kinds?.includes(one) ?? true) session.say(`left out, since you may not read it: ${one}`);
      }
      if (rows.length === 0) session.say('nothing is defined');
    });
}
