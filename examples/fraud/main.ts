import { runCommand } from '../shared/run-command.ts';
import { HELP, readCommandLine, type Setting } from './command-line.ts';
import { setUp } from './setup/setup.ts';

const { stdout } = process;

const COMMANDS: Readonly<Record<string, (setting: Setting) => Promise<void>>> = {
  setup: ({ connection, folder }) => setUp(connection, folder, stdout),
};

process.exitCode = await runCommand(
  { help: HELP, commands: COMMANDS, read: (args) => readCommandLine(args, process.env) },
  process.argv.slice(2),
);
