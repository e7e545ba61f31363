import type { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { column, listOf, type Noun } from '../noun.ts';
import { ListAuditRecords, VerifyAudit } from '../operations.ts';
import { oneText } from '../output/format.ts';
import { table } from '../output/table.ts';
import { Session } from '../session.ts';
import { addNoun } from './noun-commands.ts';

const SUBGRAPHS = ['FEATURE', 'REGISTRY', 'EXPERIMENT', 'MONITORING'];

const AUDIT: Noun = {
  name: 'audit',
  about: 'who did what, and whether the record still holds',
  id: 'seq',
  list: listOf(
    ListAuditRecords,
    [
      column('subgraph', 'subgraph', { wide: true }),
      column('seq'),
      column('at'),
      column('actor'),
      column('action'),
      column('subject'),
      column('reason'),
      column('rule', 'rule', { wide: true }),
      column('hash', 'hash', { wide: true }),
    ],
    [
      {
        name: 'subgraph',
        variable: 'subgraphs',
        value: 'names',
        many: true,
        choices: SUBGRAPHS,
        about: 'whose records; those of the registry when left out',
      },
      { name: 'subject', value: 'id', about: 'only what was done to this' },
      { name: 'subject-prefix', variable: 'subjectPrefix', value: 'text', about: 'only ids that begin so' },
      { name: 'actor', value: 'who', about: 'only what this person or key did' },
      { name: 'action', value: 'action', about: 'only this action' },
      { name: 'from', value: 'time', about: 'not before this moment' },
      { name: 'until', value: 'time', about: 'before this moment' },
    ],
  ),
};

const CHAINS = [
  column('subgraph'),
  column('state'),
  column('checked'),
  column('checkpointed', 'checkpointedTo'),
  column('first bad', 'firstBadSeq'),
  column('why'),
];

/** Adds `tiffin audit list | verify`. */
export function addAudit(program: Command, io: Io): void {
  addNoun(program, AUDIT, io)
    .command('verify')
    .description(`check every chain and its checkpoints; ends with ${EXIT.conditionNotMet} where one does not hold`)
    .action(async (_given: object, self: Command) => {
      const session = new Session(io, self);
      const verdict = await session.client().graph.field(VerifyAudit, {});
      const shape = session.shape();
      session.print(
        shape.format === 'table' ? table(verdict.chains, CHAINS, shape.isColored) : oneText(verdict, shape),
      );
      if (!verdict.ok)
        throw new Failure(verdict.why ?? 'the record does not hold', EXIT.conditionNotMet, { code: 'TAMPERED' });
      session.say(`${verdict.checked} records hold`);
    });
}
