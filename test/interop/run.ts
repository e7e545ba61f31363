/**
 * `npm run interop`: tests against the programs of others. Makes a Python with their clients in `.interop/`, once, and
 * installs gateways of others in `test/interop/gateways`, Deno and Bun in `test/interop/runtimes`, what drives Firefox in
 * `test/interop/browsers`, and Apache Kafka in `.interop/kafka`.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function run(command: string, args: readonly string[], missing: string): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status === 0) return;
  console.error(`npm run interop: ${missing}${error ? ` (${error.message})` : ''}`);
  process.exit(1);
}

run(
  'python3',
  ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'],
  'python3: not found, too old or without venv; needed is Python 3.10 or newer with venv on the PATH',
);
/** Makes a Python with what a file of requirements names, once for each state of the file. */
function makePython(folder: string, requirements: string): void {
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const doneFile = join(folder, 'requirements.sha256');
  if (existsSync(doneFile) && readFileSync(doneFile, 'utf8') === wanted) return;
  run('python3', ['-m', 'venv', '--clear', folder], `${folder}: a virtual environment cannot be made there`);
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
  const python = join(folder, 'bin', 'python');
  run(python, install, `${requirements}: pip cannot install it; needed is a package index that answers`);
  writeFileSync(doneFile, wanted);
}

makePython('.interop/python', 'test/interop/requirements.txt');
// Clients of model servers, and one of the servers: they pin much of each other's, so a Python of their own.
makePython('.interop/serving-python', 'test/interop/serving/requirements.txt');
// A model server whose packages do not go with MLServer's.
makePython('.interop/bentoml-python', 'test/interop/servers/bentoml.txt');
// Feast and its server, with a Redis for it.
if (!process.env['TIFFIN_FEAST_PYTHON']) makePython('.interop/feast-python', 'test/interop/feast/requirements.txt');
// MLflow's client, with what it logs models of.
if (!process.env['TIFFIN_MLFLOW_PYTHON']) makePython('.interop/mlflow-python', 'test/interop/mlflow/requirements.txt');
// The statistics of GrowthBook.
if (!process.env['TIFFIN_GBSTATS_PYTHON'])
  makePython('.interop/gbstats-python', 'test/interop/gbstats/requirements.txt');
// Evidently, with the pandas that it can read.
if (!process.env['TIFFIN_EVIDENTLY_PYTHON']) {
  makePython('.interop/evidently-python', 'test/interop/evidently/requirements.txt');
}
// A server of S3, in memory.
if (!process.env['TIFFIN_S3_PYTHON']) makePython('.interop/s3-python', 'test/interop/s3/requirements.txt');
// Trainers and their exporters, some 2 GB: one's own Python that has them does as well.
if (!process.env['TIFFIN_ONNX_PYTHON']) makePython('.interop/onnx-python', 'test/interop/onnx/requirements.txt');
// The client for Python with the trainers of its users, some 1 GB.
if (!process.env['TIFFIN_CLIENT_PYTHON']) makePython('.interop/client-python', 'python/tests/requirements.txt');

/** Installs packages that are none of the project's own, by a lock file of their own, once for each state of it. */
function installPackages(name: string): void {
  const folder = join('test/interop', name);
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  const doneFile = join('.interop', `${name}.sha256`);
  if (existsSync(doneFile) && readFileSync(doneFile, 'utf8') === lock) return;
  run(
    'npm',
    ['ci', '--prefix', folder, '--silent'],
    `${folder}: npm cannot install it; needed is a registry that answers`,
  );
  writeFileSync(doneFile, lock);
}

// Gateways of others, some of them under the Elastic licence: no part of the product.
installPackages('gateways');
// Deno and Bun: some 200 MB.
installPackages('runtimes');
// What drives Firefox; the browsers themselves are the system's.
installPackages('browsers');
// A broker to read events from: Java programs of others, no part of the product either.
const KAFKA = 'test/interop/kafka/pom.xml';
const pom = createHash('sha256').update(readFileSync(KAFKA)).digest('hex');
const kafkaFile = join('.interop', 'kafka.sha256');
if (!existsSync(kafkaFile) || readFileSync(kafkaFile, 'utf8') !== pom) {
  const copy = ['-q', '-B', '-f', KAFKA, 'dependency:copy-dependencies', '-DincludeScope=runtime'];
  run(
    'mvn',
    [...copy, `-DoutputDirectory=${join(process.cwd(), '.interop/kafka')}`],
    `${KAFKA}: Maven cannot install it; needed are Maven, Java 17 or newer, and a repository that answers`,
  );
  writeFileSync(kafkaFile, pom);
}
run('npm', ['run', '--silent', 'build'], 'the build fails');
if (!process.env['TIFFIN_FEDERATION_AUDIT']) {
  console.error('the audit of federation gateways is left out: TIFFIN_FEDERATION_AUDIT names no checkout of it');
}
const { status } = spawnSync('node_modules/.bin/vitest', ['run', '--project', 'interop', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
