import type { Command } from 'commander';
import type { Lineage } from '../../client/assets.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { oneText } from '../output/format.ts';
import { shortId } from '../output/short.ts';
import { Session } from '../session.ts';

interface LineageOptions {
  readonly down?: boolean;
  readonly depth: string;
  readonly asOf?: string;
}

/** Adds `tiffin lineage`. */
export function addLineage(program: Command, io: Io): void {
  program
    .command('lineage')
    .argument('<id>', 'where to begin, whole or short')
    .description('what something comes from, or what comes from it')
    .option('--down', 'what comes from it; what it comes from when left out')
    .option('--depth <n>', 'how many steps: 1 to 10', '3')
    .option('--as-of <time>', 'as it was known at that moment')
    .action(async (id: string, { down, depth, asOf }: LineageOptions, self: Command) => {
      const session = new Session(io, self);
      const steps = Number(depth);
      if (!Number.isSafeInteger(steps) || steps < 1) {
        throw new Failure(`--depth: is ${depth}, and must be a whole number from 1`, EXIT.usage);
      }
      const direction = down ? 'DOWNSTREAM' : 'UPSTREAM';
      const lineage = await session
        .client()
        .assets.lineage(id, direction, { depth: steps, ...(asOf !== undefined && { asOf }) });
      const shape = session.shape();
      session.print(shape.format === 'table' ? tree(lineage, down === true).join('\n') : oneText(lineage, shape));
      if (!lineage.complete) session.say('this is not all: a part is away, or a limit was reached');
    });
}

/** Each node once, under the first that leads to it; where it is met again it is marked. */
export function tree({ nodes, edges }: Lineage, down: boolean): string[] {
  const names = new Map(nodes.map(({ id, asset }) => [id, asset ? `${asset.kind} ${shortId(id)}` : id]));
  const next = new Map<string, string[]>();
  const reached = new Set<string>();
  for (const { upstream, downstream } of edges) {
    const [from, to] = down ? [upstream, downstream] : [downstream, upstream];
    next.set(from, [...(next.get(from) ?? []), to]);
    reached.add(to);
  }
  const lines: string[] = [];
  const seen = new Set<string>();
  const walk = (id: string, indent: string): void => {
    const again = seen.has(id) && (next.get(id)?.length ?? 0) > 0;
    lines.push(`${indent}${names.get(id) ?? id}${again ? ' (above)' : ''}`);
    if (seen.has(id)) return;
    seen.add(id);
    for (const one of next.get(id) ?? []) walk(one, `${indent}  `);
  };
  for (const { id } of nodes) if (!reached.has(id)) walk(id, '');
  for (const { id } of nodes) if (!seen.has(id)) walk(id, '');
  return lines;
}
