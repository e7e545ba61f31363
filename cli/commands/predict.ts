import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { oneText } from '../output/format.ts';
import { Session } from '../session.ts';
import { objectIn, pairsIn, repeated } from './values.ts';

interface PredictOptions {
  readonly input: readonly string[];
  readonly inputs?: string;
  readonly feature: readonly string[];
  readonly at?: string;
}

/** Adds `tiffin predict`. */
export function addPredict(program: Command, io: Io): void {
  program
    .command('predict')
    .argument('<endpoint>', 'its name')
    .description('ask the edge, as an app would')
    .option(
      '-i, --input <name=value>',
      'one input: JSON where it is some, text otherwise; may be repeated',
      repeated,
      [],
    )
    .option('--inputs <json>', 'all inputs as one JSON object; - for standard input')
    .option(
      '--feature <name=value>',
      'a value that stands in for a read, as view__feature; may be repeated',
      repeated,
      [],
    )
    .option('--at <time>', 'as of this moment, for replays: 2026-01-31T12:00:00Z')
    .action(async (endpoint: string, { input, inputs, feature, at }: PredictOptions, self: Command) => {
      const session = new Session(io, self);
      const text = inputs === '-' ? await io.stdin() : inputs;
      const values = { ...(text === undefined ? {} : objectIn('--inputs', text)), ...pairsIn('--input', input) };
      const answer = await session.client().edge.predict(endpoint, {
        inputs: values,
        ...(feature.length > 0 && { features: pairsIn('--feature', feature) }),
        ...(at !== undefined && { at }),
      });
      session.print(oneText(answer, session.shape()));
    });
}
