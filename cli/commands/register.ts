import { basename } from 'node:path';
import type { Command } from 'commander';
import { EXIT, exitCodeOf } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { column } from '../noun.ts';
import { RegisterModelVersion, ValidateModelVersion, type RegisterModelVersionInput } from '../operations.ts';
import { oneText } from '../output/format.ts';
import { table } from '../output/table.ts';
import { Session } from '../session.ts';
import { documentIn, fileIn } from './file.ts';
import { endOfJob } from './model-job.ts';

interface RegisterOptions {
  readonly golden?: string;
  readonly evaluation?: string;
  readonly trainingSet?: string;
  readonly featureService?: string;
  readonly description?: string;
  readonly algorithm?: string;
  readonly owner?: string;
  readonly tag?: string;
  readonly commit?: string;
}

/** Adds `tiffin model register`. */
export function addRegister(model: Command, io: Io): void {
  model
    .command('register')
    .argument('<model>', 'its name; a new one is made')
    .argument('<file>', 'the model as ONNX')
    .description('upload a model and register it as the next version, a draft')
    .option('--golden <file>', 'rows that every engine must reproduce: JSON or YAML')
    .option('--evaluation <file>', 'what its metrics can be computed from again: JSON lines or Parquet')
    .option('--training-set <id>', 'what it was trained on')
    .option('--feature-service <id>', 'what it reads')
    .option('--description <text>', 'its card, as Markdown')
    .option('--algorithm <name>', 'how it learns')
    .option('--owner <name>', 'whose it is')
    .option('--tag <tags>', 'several with commas')
    .option('--commit <sha>', 'of the code that made it')
    .action(async (name: string, path: string, options: RegisterOptions, self: Command) => {
      const session = new Session(io, self);
      const input = await inputOf(session, name, path, options);
      const { registration, modelVersion } = await session.client().graph.field(RegisterModelVersion, { input });
      const made = modelVersion ?? (await registered(session, registration.id));
      session.print(oneText(made, session.shape()));
    });
}

async function inputOf(
  session: Session,
  model: string,
  path: string,
  options: RegisterOptions,
): Promise<RegisterModelVersionInput> {
  const { golden, evaluation, trainingSet, featureService, description, algorithm, owner, tag, commit } = options;
  const { blobs } = session.client();
  const [bytes, judged] = [await fileIn('file', path), evaluation && (await fileIn('--evaluation', evaluation))];
  const goldenRows = golden === undefined ? undefined : await documentIn('--golden', golden);
  session.say(`uploading ${basename(path)}, ${bytes.length} bytes`);
  const artifact = await blobs.upload(basename(path), bytes);
  const digest = judged ? await blobs.upload(basename(evaluation ?? ''), judged) : undefined;
  return {
    model,
    artifact,
    // The graph checks their form, and names the row that is wrong.
    ...(goldenRows !== undefined && { goldenRows: goldenRows as RegisterModelVersionInput['goldenRows'] }),
    ...(digest !== undefined && { evaluation: digest }),
    trainingSet,
    featureService,
    description,
    algorithm,
    owner,
    codeCommit: commit,
    tags: tag?.split(',').map((one) => one.trim()),
  };
}

async function registered(session: Session, id: string): Promise<object & Readonly<Record<string, unknown>>> {
  const { modelVersion, error, errorCode } = await endOfJob(session, id);
  if (modelVersion) return modelVersion;
  const code = errorCode ?? 'FAILED';
  throw new Failure(error ?? 'the registration failed', exitCodeOf(code), { code });
}

const GATES = [column('gate'), column('passed'), column('detail')];

/** Adds `tiffin version validate`. */
export function addValidate(version: Command, io: Io): void {
  version
    .command('validate')
    .argument('<model@number>', 'its id, whole or short')
    .description(`run every gate on a submitted version; ends with ${EXIT.conditionNotMet} where one is not passed`)
    .action(async (id: string, _given: object, self: Command) => {
      const session = new Session(io, self);
      const { validation } = await session.client().graph.field(ValidateModelVersion, { input: { id } });
      const job = await endOfJob(session, validation.id);
      const shape = session.shape();
      session.print(shape.format === 'table' ? table(job.gates, GATES, shape.isColored) : oneText(job, shape));
      const failed = job.gates.filter(({ passed }) => !passed).map(({ gate }) => gate);
      if (failed.length > 0) {
        throw new Failure(`not passed: ${failed.join(', ')}`, EXIT.conditionNotMet, { code: 'FAILED_PRECONDITION' });
      }
      if (job.error !== null)
        throw new Failure(job.error, exitCodeOf(job.errorCode ?? ''), { code: job.errorCode ?? 'FAILED' });
    });
}
