import { parseArgs } from 'node:util';
import { DomainError } from '../core/errors.ts';

export const HELP = `Usage: npm start [-- --empty | -- --example <name>]

Starts the control plane and an edge, and sets up the examples at the first start.

  --empty            leaves the examples out, as TIFFIN_EXAMPLE=false does
  --example <name>   sets up this one alone, as TIFFIN_EXAMPLE=<name> does; those on demand are set up only so,
                     or by their own commands
  --help             this text

Settings are variables: README.md and docs/deploying.md list them.
`;

const OPTIONS = { empty: { type: 'boolean' }, example: { type: 'string' }, help: { type: 'boolean' } } as const;
type Variables = Readonly<Record<string, string | undefined>>;

/** The variables, with what the command line says; undefined if it only asks for help. Throws INVALID_INPUT. */
export function readCommandLine(args: readonly string[], variables: Variables): Variables | undefined {
  const { help, empty, example } = read(args);
  if (help) return undefined;
  if (empty && example !== undefined) throw refused('--empty and --example exclude each other');
  if (empty) return { ...variables, TIFFIN_EXAMPLE: 'false' };
  return example === undefined ? variables : { ...variables, TIFFIN_EXAMPLE: example };
}

interface Options {
  readonly help?: boolean;
  readonly empty?: boolean;
  readonly example?: string;
}

function read(args: readonly string[]): Options {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw refused((error instanceof Error ? error.message.split('. ')[0] : undefined) ?? String(error));
  }
}

const ALLOWED = Object.keys(OPTIONS).map((name) => `--${name}`);

const refused = (why: string): DomainError =>
  new DomainError('INVALID_INPUT', `${why}. Allowed: ${ALLOWED.join(', ')}`, { field: 'arguments', allowed: ALLOWED });
