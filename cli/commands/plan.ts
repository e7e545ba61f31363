import type { Command } from 'commander';
import { keepPlan } from '../definition/plan-file.ts';
import { planText, summary } from '../definition/plan-text.ts';
import { planOf, type Plan } from '../definition/plan.ts';
import { readDefinitions, type WrittenDefinition } from '../definition/written.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { oneText } from '../output/format.ts';
import { Session } from '../session.ts';

export const FILES_OPTION = ['-f, --file <paths...>', 'files and folders of definitions; - is standard input'] as const;

/** Adds `tiffin plan`, and `tiffin diff`, which is its check alone. */
export function addPlan(program: Command, io: Io): void {
  program
    .command('diff')
    .description(`where definitions differ from what stands; ends with ${EXIT.conditionNotMet} where they do`)
    .requiredOption(...FILES_OPTION)
    .action(async ({ file }: { file: string[] }, self: Command) => {
      checkSame(await printedPlan(new Session(io, self), await readDefinitions(file, io.stdin)));
    });
  program
    .command('plan')
    .description('what applying definitions would change, and who reads that; nothing is kept')
    .requiredOption(...FILES_OPTION)
    .option('--out <file>', 'keep the plan, for `tiffin apply <file>`: it is refused where something changed meanwhile')
    .option('--check', `end with ${EXIT.conditionNotMet} where something would change`)
    .action(async ({ file, out, check }: { file: string[]; out?: string; check?: boolean }, self: Command) => {
      const session = new Session(io, self);
      const definitions = await readDefinitions(file, io.stdin);
      const plan = await printedPlan(session, definitions);
      if (out !== undefined) {
        if (plan.later.length > 0) {
          throw new Failure(
            '--out: a plan whose parts build on others of it cannot be kept: apply those first',
            EXIT.failed,
          );
        }
        await keepPlan(out, session.settings().graph?.value ?? '', definitions, plan);
        session.say(`the plan is in ${out}`);
      }
      if (check) checkSame(plan);
    });
}

export const isChange = ({ changes, later }: Plan): boolean =>
  later.length > 0 || changes.some(({ action }) => action !== 'UNCHANGED');

/** Throws where applying the plan would change something. */
function checkSame(plan: Plan): void {
  if (!isChange(plan)) return;
  throw new Failure(summary(plan.changes, plan.later.length), EXIT.conditionNotMet, { code: 'DIFFERS' });
}

/** Plans, and prints the plan as it is asked for. */
export async function printedPlan(session: Session, definitions: readonly WrittenDefinition[]): Promise<Plan> {
  const plan = await planOf(session.client(), definitions);
  const shape = session.shape();
  const { changes, later } = plan;
  session.print(
    shape.format === 'table'
      ? planText(plan, shape.isColored)
      : oneText({ changes, checkedLater: later.map(({ kind, input }) => ({ kind, input })) }, shape),
  );
  return plan;
}
