import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { Overview, type OverviewQuery } from '../operations.ts';
import { oneText } from '../output/format.ts';
import { cell } from '../output/short.ts';
import { Session } from '../session.ts';

interface StatusOptions {
  readonly watch?: boolean;
  readonly check?: boolean;
  readonly every: string;
}

const CLEAR = '\u001B[2J\u001B[H';

/** Adds `tiffin status`. */
export function addStatus(program: Command, io: Io): void {
  program
    .command('status')
    .description('what serves, what fires, which edges are away, what is compared')
    .option('-w, --watch', 'again and again, until you interrupt')
    .option('--every <seconds>', 'how often with --watch', '2')
    .option('--check', `end with ${EXIT.conditionNotMet} where something is wrong`)
    .action(async ({ watch, check, every }: StatusOptions, self: Command) => {
      const session = new Session(io, self);
      const seconds = Number(every);
      if (!(seconds >= 0.5)) throw new Failure(`--every: is ${every}, and must be a number from 0.5`, EXIT.usage);
      for (;;) {
        const overview = await session.client().graph.run(Overview, {});
        const wrong = wrongIn(overview);
        const shape = session.shape();
        const text = shape.format === 'table' ? summary(overview, wrong) : oneText({ ...overview, wrong }, shape);
        session.print(watch && io.isTerminal ? `${CLEAR}${text}` : text);
        if (!watch) {
          if (check && wrong.length > 0)
            throw new Failure(wrong.join('; '), EXIT.conditionNotMet, { code: 'NOT_WELL' });
          return;
        }
        try {
          await sleep(seconds * 1000, undefined, { signal: io.signal });
        } catch {
          return;
        }
      }
    });
}

const nodes = <Node>(list: { readonly edges: readonly { readonly node: Node }[] } | null): readonly Node[] =>
  list?.edges.map(({ node }) => node) ?? [];

/** What a person has to look at, a sentence each. */
export function wrongIn({ deployments, alerts, edgeNodes }: OverviewQuery): string[] {
  return [
    ...nodes(deployments)
      .filter(({ traffic }) => traffic.killed)
      .map(({ id }) => `${cell(id)} is killed`),
    ...nodes(deployments)
      .filter(({ traffic }) => traffic.freeze !== null)
      .map(({ id, traffic }) => `${cell(id)} is frozen: ${cell(traffic.freeze?.reason)}`),
    ...nodes(alerts)
      .filter(({ silenced }) => !silenced)
      .map(({ rule, severity }) => `${rule?.name ?? 'an alert'} fires (${severity})`),
    ...nodes(edgeNodes)
      .filter(({ stale, trust }) => stale && trust === 'SERVER')
      .map(({ name, lastSeenAt }) => `edge ${name} was last seen ${lastSeenAt}`),
  ];
}

function summary({ deployments, alerts, edgeNodes, experiments }: OverviewQuery, wrong: readonly string[]): string {
  const lines = [
    section('deployments', deployments, ({ id, live, traffic }) =>
      [
        `${cell(id)}  ${live ? `serves ${cell(live.id)}` : 'serves nothing yet'}`,
        ...(traffic.killed ? ['killed'] : []),
        ...(traffic.freeze ? [`frozen: ${cell(traffic.freeze.reason)}`] : []),
        ...(traffic.lease ? [`held by ${cell(traffic.lease.holder)}`] : []),
      ].join('  '),
    ),
    section(
      'firing alerts',
      alerts,
      ({ rule, severity, firedAt, silenced, deployment }) =>
        `${rule?.name ?? '–'}  ${severity}  since ${firedAt ?? '–'}  ${cell(deployment?.id)}${silenced ? '  silenced' : ''}`,
    ),
    section(
      'edges',
      edgeNodes,
      ({ name, stale, trust }) => `${name}  ${stale ? 'stale' : 'fresh'}  ${trust.toLowerCase()}`,
    ),
    section('running experiments', experiments, ({ name, deployment }) => `${name}  on ${cell(deployment?.id)}`),
  ].flat();
  return [...lines, wrong.length === 0 ? 'all is well' : `to look at: ${wrong.length}`].join('\n');
}

function section<Node>(
  title: string,
  list: {
    readonly edges: readonly { readonly node: Node }[];
    readonly pageInfo: { readonly hasNextPage: boolean };
  } | null,
  line: (node: Node) => string,
): string[] {
  if (!list) return [`${title}: unknown, a part of the control plane is away`];
  const shown = nodes(list).map((node) => `  ${line(node)}`);
  return [`${title}: ${shown.length}${list.pageInfo.hasNextPage ? ' and more' : ''}`, ...shown];
}
