import { runCommand } from '../shared/run-command.ts';
import { HELP, readCommandLine, type Setting } from './command-line.ts';
import { explain } from './explain.ts';
import { load } from './load/load.ts';
import { report } from './report/report.ts';
import { setUp } from './setup/setup.ts';
import { showRing, showVelocity } from './story/stories.ts';

const { stdout } = process;

const COMMANDS: Readonly<Record<string, (setting: Setting) => Promise<void>>> = {
  setup: ({ connection, folder }) => setUp(connection, folder, stdout),
  load: async ({ connection, load: given }) => void (await load(connection, given, stdout)),
  explain: ({ connection, operands: [id] }) => {
    if (id === undefined) throw new Error('explain: say which prediction, by the id of its answer');
    return explain(connection, id, stdout);
  },
  rings: ({ connection }) => showRing(connection, stdout),
  velocity: ({ connection }) => showVelocity(connection, stdout),
  report: ({ connection, folder, readme }) => report(connection, { folder, readme }, stdout),
};

process.exitCode = await runCommand(
  { help: HELP, commands: COMMANDS, read: (args) => readCommandLine(args, process.env) },
  process.argv.slice(2),
);
