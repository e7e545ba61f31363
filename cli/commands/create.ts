import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { CreateDeployment, CreateEndpoint, CreateRelease } from '../operations.ts';
import { oneText } from '../output/format.ts';
import { Session } from '../session.ts';
import { documentIn } from './file.ts';

/** Adds `tiffin endpoint create`. */
export function addCreateEndpoint(endpoint: Command, io: Io): void {
  endpoint
    .command('create')
    .argument('<name>', 'what clients will call')
    .description('make an endpoint')
    .option('--description <text>', 'what it answers')
    .option('--owner <name>', 'whose it is')
    .action(async (name: string, { description, owner }: { description?: string; owner?: string }, self: Command) => {
      const session = new Session(io, self);
      const input = { name, description, owner };
      session.print(oneText((await session.client().graph.field(CreateEndpoint, { input })).endpoint, session.shape()));
    });
}

/** Adds `tiffin deployment create`. */
export function addCreateDeployment(deployment: Command, io: Io): void {
  deployment
    .command('create')
    .argument('<endpoint>', 'its id, whole or short')
    .argument('<environment>', 'production, staging, …')
    .description('put an endpoint into an environment')
    .option('--requires-approval', 'recipes need another person; so it is in production anyway')
    .action(async (endpoint: string, environment: string, given: { requiresApproval?: boolean }, self: Command) => {
      const session = new Session(io, self);
      const input = { endpoint, environment, ...given };
      const { deployment: made } = await session.client().graph.field(CreateDeployment, { input });
      session.print(oneText(made, session.shape()));
    });
}

/** Adds `tiffin release create`. */
export function addCreateRelease(release: Command, io: Io): void {
  release
    .command('create')
    .argument('<deployment>', 'its id, whole or short')
    .argument('<recipe>', 'a file of JSON or YAML')
    .description('freeze a recipe with its models; the whole is type-checked')
    .option('--description <text>', 'what is new')
    .action(async (deployment: string, path: string, { description }: { description?: string }, self: Command) => {
      const session = new Session(io, self);
      const input = { deployment, recipe: await documentIn('recipe', path), description };
      const { release: made } = await session.client().graph.field(CreateRelease, { input });
      session.print(oneText(made, session.shape()));
    });
}
