import { runCommand } from '../shared/run-command.ts';
import { adapt } from './adapt/adapt.ts';
import { HELP, readCommandLine, type Setting } from './command-line.ts';
import { june } from './june/june.ts';
import { replay } from './replay/replay.ts';
import { rollOut } from './rollout/rollout.ts';
import { report } from './report/report.ts';
import { reset } from './reset.ts';
import { makeChallengers } from './setup/challenger.ts';
import { showKnownAt } from './setup/known-at.ts';
import { setUpFirstDays } from './setup/first-days.ts';
import { setUp } from './setup/setup.ts';
import { train } from './train/train.ts';

const { stdout } = process;

const COMMANDS: Readonly<Record<string, (setting: Setting) => Promise<void>>> = {
  setup: ({ connection, folder }) => setUp(connection, folder, stdout),
  replay: ({ connection, folder, replay: options }) => replay({ ...connection, dataFolder: folder }, options, stdout),
  'first-days': ({ connection, folder }) => setUpFirstDays(connection, folder, stdout),
  challenger: ({ connection, folder }) => makeChallengers(connection, folder, stdout),
  june: ({ connection, folder, replay: options }) => june(connection, folder, options, stdout),
  rollout: ({ connection, folder, replay: options, candidate }) =>
    rollOut(connection, { folder, replay: options, candidate }, stdout),
  adapt: ({ connection, folder, replay: options, standing }) =>
    adapt(connection, { folder, replay: options, standing }, stdout),
  'known-at': ({ connection, folder }) => showKnownAt(connection, folder, stdout),
  train: ({ folder }) => train(folder, stdout),
  report: ({ folder, readme }) => report(folder, readme, stdout),
  reset: ({ dataDir, yes }) => reset(dataDir, yes, stdout),
};

process.exitCode = await runCommand(
  { help: HELP, commands: COMMANDS, read: (args) => readCommandLine(args, process.env) },
  process.argv.slice(2),
);
