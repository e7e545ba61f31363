import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { VersionDossier } from '../operations.ts';
import { Session } from '../session.ts';

/** Adds `tiffin dossier`. */
export function addDossier(program: Command, io: Io): void {
  program
    .command('dossier')
    .argument('<version>', 'a model version')
    .argument('[file]', 'where to write it; standard output when left out')
    .description(
      'the auditor’s page on a version: HTML that a browser prints or saves as PDF; that it was read is on record',
    )
    .action(async (id: string, file: string | undefined, _given: object, self: Command) => {
      const session = new Session(io, self);
      const { dossier } = await session.client().graph.field(VersionDossier, { id });
      if (file === undefined) return session.print(dossier);
      await writeFile(file, dossier);
      session.say(`${file}: open it in a browser, and print it`);
    });
}
