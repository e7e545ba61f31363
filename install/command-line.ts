import { parseArgs } from 'node:util';
import { DomainError } from '../core/errors.ts';

export const HELP = `Usage: npm start [-- --empty]

Starts the control plane and an edge, and sets up the flights example at the first start.

  --empty   leaves the example out, as TIFFIN_EXAMPLE=false does
  --help    this text

Settings are variables: README.md and docs/deploying.md list them.
`;

const OPTIONS = { empty: { type: 'boolean' }, help: { type: 'boolean' } } as const;
type Variables = Readonly<Record<string, string | undefined>>;

/** The variables, with what the command line says; undefined if it only asks for help. Throws INVALID_INPUT. */
export function readCommandLine(args: readonly string[], variables: Variables): Variables | undefined {
  const { help, empty } = read(args);
  if (help) return undefined;
  return empty ? { ...variables, TIFFIN_EXAMPLE: 'false' } : variables;
}

function read(args: readonly string[]): { readonly help?: boolean; readonly empty?: boolean } {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new DomainError('INVALID_INPUT', `${why}. Allowed: --empty, --help`, {
      field: 'arguments',
      allowed: Object.keys(OPTIONS).map((name) => `--${name}`),
    });
  }
}
