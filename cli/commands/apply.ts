import type { Command } from 'commander';
import { DEFINITION_GROUPS, GROUP_BEFORE, groupOfUrn, type DefinitionGroup } from '../../schema/definition-kinds.ts';
import { definitionsOf, expectedOf, readPlan } from '../definition/plan-file.ts';
import { ofGroup } from '../definition/plan.ts';
import { send, type DefinitionChange } from '../definition/send.ts';
import { readDefinitions, type WrittenDefinition } from '../definition/written.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { shortId } from '../output/short.ts';
import { Session } from '../session.ts';
import { FILES_OPTION, isChange, printedPlan } from './plan.ts';

type Expected = ReturnType<typeof expectedOf>;

/** Adds `tiffin apply`. */
export function addApply(program: Command, io: Io): void {
  program
    .command('apply')
    .argument('[plan]', 'a plan that `tiffin plan --out` kept')
    .description(
      'make definitions stand: all features together, then all that is served, all measurements, all alerts; asks first',
    )
    .option(...FILES_OPTION)
    .action(async (path: string | undefined, { file }: { file?: string[] }, self: Command) => {
      const session = new Session(io, self);
      if ((path === undefined) === (file === undefined)) {
        throw new Failure('apply: name definitions with -f, or a kept plan', EXIT.usage, { code: 'USAGE' });
      }
      if (path === undefined) await applyFiles(session, await readDefinitions(file ?? [], io.stdin));
      else await applyPlan(session, path);
    });
}

async function applyFiles(session: Session, definitions: readonly WrittenDefinition[]): Promise<void> {
  const plan = await printedPlan(session, definitions);
  if (!isChange(plan)) {
    session.say('all of it stands already');
    return;
  }
  await session.confirm('apply this');
  await applyAll(session, definitions, expectedOf(plan));
}

async function applyPlan(session: Session, path: string): Promise<void> {
  const kept = await readPlan(path);
  const graph = session.settings().graph?.value;
  if (kept.graph !== graph) {
    throw new Failure(`${path}: this plan was made for ${kept.graph}, not for ${graph}`, EXIT.usage, {
      code: 'INVALID_INPUT',
      hint: '--graph, TIFFIN_GRAPH_URL or a profile say which install is meant',
    });
  }
  await session.confirm(`apply ${path}`);
  await applyAll(session, definitionsOf(path, kept), kept.expected);
}

/** One transaction per group. Where one is refused, those before it stand, and it is said. */
async function applyAll(
  session: Session,
  definitions: readonly WrittenDefinition[],
  expected: Expected,
): Promise<void> {
  const { graph } = session.client();
  const done: DefinitionChange[] = [];
  const cursors: Partial<Record<DefinitionGroup, string | null>> = {};
  for (const group of DEFINITION_GROUPS) {
    const part = ofGroup(definitions, group);
    if (part.length === 0) continue;
    try {
      const before = GROUP_BEFORE[group];
      const after = (before && cursors[before]) ?? null;
      const ofGroupOnly = expected.filter(({ subject }) => groupOfUrn(subject) === group);
      const sent = await send(graph, group, part, { dryRun: false, expected: ofGroupOnly, after });
      cursors[group] = sent.eventCursor;
      done.push(...sent.changes.filter(({ action }) => action !== 'UNCHANGED'));
    } catch (error) {
      for (const { id } of done) session.say(`applied: ${shortId(id)}`);
      throw error;
    }
  }
  for (const { id } of done) session.say(`applied: ${shortId(id)}`);
}
