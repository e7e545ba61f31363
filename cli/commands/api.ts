import type { Command } from 'commander';
import { EXIT, exitCodeOf } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { Session } from '../session.ts';
import { objectIn, pairsIn, repeated } from './values.ts';

interface ApiOptions {
  readonly variables?: string;
  readonly variable: readonly string[];
}

/** Adds `tiffin api`: any operation of the graph. */
export function addApi(program: Command, io: Io): void {
  program
    .command('api')
    .argument('[document]', 'a GraphQL document; - or nothing for standard input')
    .description('run any operation of the graph, and print its answer as JSON')
    .option('--variables <json>', 'variables, as one JSON object')
    .option(
      '-f, --variable <name=value>',
      'one variable: JSON where it is some, text otherwise; may be repeated',
      repeated,
      [],
    )
    .action(async (document: string | undefined, { variables, variable }: ApiOptions, self: Command) => {
      const session = new Session(io, self);
      const text = document === undefined || document === '-' ? await io.stdin() : document;
      if (text.trim() === '') throw new Failure('document: is empty', EXIT.usage, { code: 'INVALID_INPUT' });
      const given = variables === undefined ? {} : objectIn('--variables', variables);
      const { data, errors } = await session.client().graph.ask(text, { ...given, ...pairsIn('--variable', variable) });
      session.print(JSON.stringify(data ?? null, null, 2));
      const [error] = errors;
      if (!error) return;
      for (const { message } of errors) io.err(`tiffin: ${message}\n`);
      throw new Failure('', exitCodeOf(error.code), { code: error.code });
    });
}
