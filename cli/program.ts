import { Command, Option } from 'commander';
import { addApi } from './commands/api.ts';
import { addApply } from './commands/apply.ts';
import { addAudit } from './commands/audit.ts';
import { addCompletion } from './commands/completion.ts';
import { addCreateDeployment, addCreateEndpoint, addCreateRelease } from './commands/create.ts';
import { addDossier } from './commands/dossier.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExport } from './commands/export.ts';
import { addExplain } from './commands/explain.ts';
import { addImpact } from './commands/impact.ts';
import { addLineage } from './commands/lineage.ts';
import { addLogin } from './commands/login.ts';
import { addOpen } from './commands/open.ts';
import { addNoun } from './commands/noun-commands.ts';
import { addPlan } from './commands/plan.ts';
import { addPredict } from './commands/predict.ts';
import { addProfiles } from './commands/profiles.ts';
import { addRegister, addValidate } from './commands/register.ts';
import { addSearch } from './commands/search.ts';
import { addStatus } from './commands/status.ts';
import type { Io } from './io.ts';
import { NOUNS } from './nouns/nouns.ts';
import { FORMATS } from './output/format.ts';

const AFTER = `
Where and who: an option, then a variable (TIFFIN_GRAPH_URL, TIFFIN_EDGE_URL, TIFFIN_USER, TIFFIN_TOKEN, TIFFIN_KEY), then the
profile; without any, what "npm start" serves. "tiffin profile show" says where each value came from.

Ids may be short: fraud@3, fraud@production. Data goes to standard output, words and errors to standard error.
Ends with 0 done, 1 refused, 2 wrong usage, 3 not allowed, 4 not found, 5 conflict, 6 away or timed out, 7 condition not met.`;

/** Verbs that are more than a list, a thing or a step. */
const MORE: Readonly<Record<string, (command: Command, io: Io) => void>> = {
  model: addRegister,
  version: addValidate,
  prediction: addExplain,
  endpoint: addCreateEndpoint,
  deployment: addCreateDeployment,
  release: addCreateRelease,
};

/** The whole grammar of \`tiffin\`. */
export function programOf(io: Io, version: string): Command {
  const program = new Command('tiffin')
    .description('Tiffin from a terminal or a script: find, trace, approve, promote, roll back')
    .version(version)
    .option('--profile <name>', 'a kept profile; TIFFIN_PROFILE, or the current one, when left out')
    .option('--graph <url>', 'the control plane')
    .option('--edge <url>', 'the edge')
    .option('--user <name>', 'a user of dev mode: viewer, developer, approver, committee, admin')
    .option('--token <token>', 'the token of a person')
    .option('--key <key>', 'the key of a machine')
    .addOption(new Option('-o, --output <format>', 'how data is written').choices([...FORMATS]))
    .option('--json <fields>', 'only these fields, as JSON: id,state,model.name')
    .option('-y, --yes', 'do not ask')
    .option('-q, --quiet', 'no words besides errors')
    .showSuggestionAfterError()
    .helpCommand('help [command]', 'help for a command')
    .addHelpText('after', AFTER);
  for (const add of [addStatus, addSearch, addLineage, addImpact, addOpen, addPlan, addApply, addExport])
    add(program, io);
  for (const noun of NOUNS) {
    const command = addNoun(program, noun, io);
    MORE[noun.name]?.(command, io);
  }
  for (const add of [addAudit, addDossier, addPredict, addApi, addLogin, addProfiles, addDoctor, addCompletion])
    add(program, io);
  return program;
}
