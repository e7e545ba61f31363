import type { Command } from 'commander';
import type { Recipe } from '../../schema/recipe.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { EndpointTypes } from '../operations.ts';
import { Session } from '../session.ts';
import { nameOf, typesOfEndpoints, type TypedEndpoint } from '../typegen/endpoint-types.ts';
import { isSameTypes } from '../typegen/same-types.ts';
import { fileIn } from './file.ts';
import { repeated } from './values.ts';

const USUAL_ENVIRONMENT = 'production';

/** Adds `tiffin typegen`. */
export function addTypegen(program: Command, io: Io): void {
  program
    .command('typegen')
    .description('TypeScript of what endpoints are asked and answer, by their live releases, for @tiffin/edge')
    .option(
      '--endpoint <name>',
      'its name, or name@environment where that is not production; may be repeated',
      repeated,
      [],
    )
    .option('--check <file>', `print nothing, and end with ${EXIT.conditionNotMet} where the file has other types`)
    .action(async ({ endpoint: given, check }: { endpoint: readonly string[]; check?: string }, self: Command) => {
      const session = new Session(io, self);
      const names = [...new Set(given)].toSorted();
      if (names.length === 0) throw new Failure('--endpoint: is missing', EXIT.usage, { code: 'INVALID_INPUT' });
      refuseSameNames(names);
      const found: TypedEndpoint[] = [];
      for (const name of names) found.push(await typedEndpoint(session, name));
      const command = `tiffin typegen ${names.map((name) => `--endpoint ${name}`).join(' ')}`;
      const types = typesOfEndpoints(found, command);
      if (check === undefined) session.print(types.trimEnd());
      else await checkTypes(check, types, command);
    });
}

async function checkTypes(path: string, types: string, command: string): Promise<void> {
  const written = new TextDecoder().decode(await fileIn('--check', path));
  if (isSameTypes(written, types)) return;
  throw new Failure(`--check: ${path} has other types than the live releases`, EXIT.conditionNotMet, {
    code: 'DIFFERS',
    hint: `\`${command} > ${path}\` writes them`,
  });
}

/** Two endpoints whose types would be called the same. */
function refuseSameNames(names: readonly string[]): void {
  const twin = names.find((name, i) => names.slice(0, i).some((before) => sameName(before, name)));
  const first = twin === undefined ? undefined : names.find((name) => sameName(name, twin));
  if (twin === undefined || first === undefined) return;
  throw new Failure(`--endpoint: ${first} and ${twin} would both be called ${nameOf({ endpoint: twin })}`, EXIT.usage, {
    code: 'INVALID_INPUT',
    hint: 'write each into a file of its own',
  });
}

const sameName = (one: string, other: string): boolean => nameOf({ endpoint: one }) === nameOf({ endpoint: other });

async function typedEndpoint(session: Session, endpoint: string): Promise<TypedEndpoint> {
  const id = endpoint.includes('@') ? endpoint : `${endpoint}@${USUAL_ENVIRONMENT}`;
  const { deployment } = await session.client().graph.run(EndpointTypes, { id });
  if (!deployment) {
    throw new Failure(`--endpoint: there is no deployment ${id}`, EXIT.notFound, {
      code: 'NOT_FOUND',
      hint: '`tiffin deployment list` shows what there is',
    });
  }
  const { live } = deployment;
  if (!live) {
    throw new Failure(`--endpoint: nothing is live in ${id}`, EXIT.failed, {
      code: 'FAILED_PRECONDITION',
      hint: '`tiffin release promote` makes a release live',
    });
  }
  const recipe = live.recipe as Recipe;
  if (recipe.features && !live.featureService) {
    throw new Failure(`--endpoint: the features of ${id} are not known just now`, EXIT.unavailable, {
      code: 'SUBGRAPH_UNAVAILABLE',
    });
  }
  const features = (live.featureService?.features ?? []).map(({ name, dtype, view }) => ({
    name: `${view.name}__${name}`,
    dtype,
  }));
  return { endpoint, release: live.id, digest: live.digest, recipe, features };
}
