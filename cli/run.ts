import { styleText } from 'node:util';
import { CommanderError, type Command } from 'commander';
import { EXIT } from './exit-code.ts';
import { shownError, type ShownError } from './failure.ts';
import { isColored, type Io } from './io.ts';
import { programOf } from './program.ts';

/** Runs one command line, without the names of Node and script, and gives its exit code. Throws only what is our own bug. */
export async function run(args: readonly string[], io: Io, version: string): Promise<number> {
  const program = programOf(io, version);
  forAll(program, (command) =>
    command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err, outputError: () => undefined }),
  );
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (io.signal.aborted) return EXIT.interrupted;
    if (error instanceof CommanderError) return endOfUsage(error, args, io);
    const shown = shownError(error);
    report(shown, args, io);
    return shown.exitCode;
  }
}

function forAll(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const one of command.commands) forAll(one, change);
}

/** Help and version are no errors; the rest is wrong usage. */
function endOfUsage(error: CommanderError, args: readonly string[], io: Io): number {
  if (error.exitCode === 0 || error.code === 'commander.help')
    return error.code === 'commander.help' ? EXIT.usage : EXIT.ok;
  const message = error.message.replace(/^error: /, '');
  report(
    { exitCode: EXIT.usage, error: { code: 'USAGE', message, hint: '`tiffin --help` shows the commands' } },
    args,
    io,
  );
  return EXIT.usage;
}

function report({ error }: ShownError, args: readonly string[], io: Io): void {
  if (error.message === '') return;
  if (asksForJson(args)) {
    io.err(`${JSON.stringify({ error })}\n`);
    return;
  }
  const name = isColored(io) ? styleText('red', 'tiffin:', { validateStream: false }) : 'tiffin:';
  io.err(`${name} ${error.message}\n${error.hint === undefined ? '' : `  hint: ${error.hint}\n`}`);
}

/** Also where the options themselves could not be read. */
function asksForJson(args: readonly string[]): boolean {
  return args.some(
    (arg, at) =>
      /^(--output=|-o=?)jsonl?$/.test(arg) || (/^(-o|--output)$/.test(arg) && /^jsonl?$/.test(args[at + 1] ?? '')),
  );
}
