import { ClientError } from '../../client/client-error.ts';

/** An example's command line, read. */
export interface Commands<Setting> {
  readonly help: string;
  readonly commands: Readonly<Record<string, (setting: Setting) => Promise<void>>>;
  /** Throws a TypeError of ERR_PARSE_ARGS… for options that there are not; `setting`, INVALID_INPUT for wrong values. */
  readonly read: (args: readonly string[]) => {
    readonly command: string;
    readonly help: boolean;
    readonly setting: () => Setting;
  };
}

/** Runs what the arguments say. The exit code, as shells expect it: 2 for what is not understood. */
export async function runCommand<Setting>(example: Commands<Setting>, args: readonly string[]): Promise<number> {
  try {
    return await run(example, args);
  } catch (error) {
    const unanswered = error instanceof ClientError && error.code === 'UNAVAILABLE' && error.status === undefined;
    const hint = unanswered ? '. Do the servers run? "npm start" starts them' : '';
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}${hint}\n`);
    const misunderstood =
      error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
    return misunderstood ? 2 : 1;
  }
}

async function run<Setting>(
  { help: text, commands, read }: Commands<Setting>,
  args: readonly string[],
): Promise<number> {
  const { command: name, help, setting } = read(args);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (help) process.stdout.write(text);
  else if (command) await command(setting());
  else {
    process.stderr.write(`${name === '' ? 'No command' : `Unknown command: ${name}`}\n\n${text}`);
    return 2;
  }
  return 0;
}
