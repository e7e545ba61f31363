import { ClientError } from '../../client/client-error.ts';
import { HELP, readCommandLine, type Setting } from './command-line.ts';
import { june } from './june/june.ts';
import { replay } from './replay/replay.ts';
import { report } from './report/report.ts';
import { reset } from './reset.ts';
import { makeChallengers } from './setup/challenger.ts';
import { showKnownAt } from './setup/known-at.ts';
import { setUpFirstDays } from './setup/first-days.ts';
import { setUp } from './setup/setup.ts';
import { train } from './train/train.ts';

const { stdout, stderr } = process;

const COMMANDS: Readonly<Record<string, (setting: Setting) => Promise<void>>> = {
  setup: ({ connection, folder }) => setUp(connection, folder, stdout),
  replay: ({ connection, folder, replay: options }) => replay({ ...connection, dataFolder: folder }, options, stdout),
  'first-days': ({ connection, folder }) => setUpFirstDays(connection, folder, stdout),
  challenger: ({ connection, folder }) => makeChallengers(connection, folder, stdout),
  june: ({ connection, folder, replay: options }) => june(connection, folder, options, stdout),
  'known-at': ({ connection, folder }) => showKnownAt(connection, folder, stdout),
  train: ({ folder }) => train(folder, stdout),
  report: ({ folder, readme }) => report(folder, readme, stdout),
  reset: ({ dataDir, yes }) => reset(dataDir, yes, stdout),
};

/** The exit code, as shells expect it: 2 for what is not understood. */
async function main(args: readonly string[]): Promise<number> {
  const { command: name, help, setting } = readCommandLine(args, process.env);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (help) stdout.write(HELP);
  else if (command) await command(setting());
  else {
    stderr.write(`${name === '' ? 'No command' : `Unknown command: ${name}`}\n\n${HELP}`);
    return 2;
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  const unanswered = error instanceof ClientError && error.code === 'UNAVAILABLE' && error.status === undefined;
  const hint = unanswered ? '. Do the servers run? "npm start" starts them' : '';
  stderr.write(`${error instanceof Error ? error.message : String(error)}${hint}\n`);
  const misunderstood =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  return misunderstood ? 2 : 1;
});
