import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { atEnd } from '../support/at-end.ts';
import { bareEnvironment } from '../support/bare-environment.ts';
import { startInstall, type Install } from '../support/install.ts';
import { ask } from '../support/story.ts';

/** A whole install that takes lineage. */
export async function lineageInstall(): Promise<Install> {
  const install = await startInstall({ env: { TIFFIN_EDGE: 'false' }, readyMs: 120_000 });
  atEnd(async () => void (await install.stop()));
  return install;
}

/** Runs a program of others to its end; answers what it printed. */
export async function runs(
  command: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd, env: { ...bareEnvironment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((end, failed) => child.once('close', end).once('error', failed));
  const [out, errors, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (status !== 0) throw new Error(`${program}: ended with ${status}\n${out}${errors}`);
  return out + errors;
}

const LINEAGE = `query ($id: ID!) { lineage(id: $id, direction: UPSTREAM, depth: 20) {
  nodes { id asset { description } } edges { upstream downstream } } }`;
const SEARCH = `query ($text: String!) { search(text: $text, kinds: [JOB, DATASET, DATASET_FIELD], first: 50) {
  edges { node { id } } } }`;

const short = (id: string): string => decodeURIComponent(id.replace('tiffin:default:', ''));

/** What a graph says of lineage, ids without their project. */
export const graphOf = (install: Install) => ({
  /** What leads straight into an asset. */
  into: async (id: string): Promise<string[]> => {
    const { edges } = await ask(install, 'viewer', LINEAGE, { id });
    return edges
      .filter(({ downstream }: any) => short(downstream) === short(id))
      .map(({ upstream }: any) => short(upstream))
      .toSorted();
  },
  description: async (id: string): Promise<string> =>
    (await ask(install, 'viewer', LINEAGE, { id })).nodes.find((node: any) => short(node.id) === short(id)).asset
      .description,
  found: async (words: string): Promise<string[]> =>
    (await ask(install, 'viewer', SEARCH, { text: words })).edges.map(({ node }: any) => short(node.id)),
});

/** Every event that an install has taken in, the oldest first. */
export async function eventsOf(install: Install): Promise<any[]> {
  const answer = await install.call(`${install.dataUrl('registry')}/api/v1/events/lineage?limit=1000`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as any).events.toReversed();
}
