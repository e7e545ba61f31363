import { asksFor, copyJars, installPackages, makePython, NotHere } from './make.ts';
import { firefoxIsThere } from '../browsers/firefox.ts';
import { webKitIsThere } from '../browsers/webkit.ts';

/** Makes what it is named for, once; answers whether it did. Throws NotHere where the machine does not have it. */
type Make = () => boolean;

const isThere = (check: () => void): Make => {
  return () => {
    check();
    return false;
  };
};

/** What tests need beside the project: each is made when the first of them is about to run. */
export const PARTS = {
  // Small clients of others.
  python: () => makePython('python', 'test/interop/requirements.txt'),
  // Clients of model servers, and one of the servers: they pin much of each other's, so a Python of their own.
  serving: () => makePython('serving-python', 'test/interop/serving/requirements.txt'),
  // A model server whose packages do not go with MLServer's.
  bentoml: () => makePython('bentoml-python', 'test/interop/servers/bentoml.txt'),
  feast: () => makePython('feast-python', 'test/interop/feast/requirements.txt', 'TIFFIN_FEAST_PYTHON'),
  // MLflow's client, with what it logs models of.
  mlflow: () => makePython('mlflow-python', 'test/interop/mlflow/requirements.txt', 'TIFFIN_MLFLOW_PYTHON'),
  // The statistics of GrowthBook.
  gbstats: () => makePython('gbstats-python', 'test/interop/gbstats/requirements.txt', 'TIFFIN_GBSTATS_PYTHON'),
  // Evidently, with the pandas that it can read.
  evidently: () => makePython('evidently-python', 'test/interop/evidently/requirements.txt', 'TIFFIN_EVIDENTLY_PYTHON'),
  // A server of S3, in memory.
  s3: () => makePython('s3-python', 'test/interop/s3/requirements.txt', 'TIFFIN_S3_PYTHON'),
  // Trainers and their exporters.
  onnx: () => makePython('onnx-python', 'test/interop/onnx/requirements.txt', 'TIFFIN_ONNX_PYTHON'),
  // The client for Python with the trainers of its users.
  client: () => makePython('client-python', 'python/tests/requirements.txt', 'TIFFIN_CLIENT_PYTHON'),
  // dbt with DuckDB, and what tells of its runs.
  dbt: () => makePython('dbt-python', 'test/interop/dbt/requirements.txt', 'TIFFIN_DBT_PYTHON'),
  spark: () => makePython('spark-python', 'test/interop/spark/requirements.txt', 'TIFFIN_SPARK_PYTHON'),
  // What tells of Spark's jobs: it carries what it needs.
  'spark-listener': () => copyJars('test/interop/spark', ['-DexcludeTransitive=true']),
  // Gateways of others, some of them under the Elastic licence: no part of the product.
  gateways: () => installPackages('gateways'),
  // Deno and Bun.
  runtimes: () => installPackages('runtimes'),
  // What drives Firefox; the browsers themselves are the system's.
  browsers: () => {
    const made = installPackages('browsers');
    if (firefoxIsThere() || webKitIsThere()) return made;
    throw new NotHere('needed is the package firefox-esr, or webkit2gtk-driver with xvfb, of Debian');
  },
  // A broker to read events from.
  kafka: () => copyJars('test/interop/kafka'),
  redis: isThere(() => asksFor(['redis-server', '--version'], /v=/, 'redis-server on the PATH (package redis-server)')),
  'federation-audit': isThere(() => {
    if (process.env['TIFFIN_FEDERATION_AUDIT']) return;
    throw new NotHere('TIFFIN_FEDERATION_AUDIT names no checkout of the audit of federation gateways');
  }),
} as const satisfies Readonly<Record<string, Make>>;

export type Part = keyof typeof PARTS;

/** Each file of tests with what it needs. */
export const NEEDS: Readonly<Record<string, readonly Part[]>> = {
  'apollo-gateway': ['gateways'],
  browsers: ['browsers'],
  dbt: ['dbt'],
  evidently: ['evidently'],
  feast: ['feast', 'redis'],
  'federation-audit': ['federation-audit', 'gateways'],
  gbstats: ['gbstats'],
  growthbook: ['python'],
  kafka: ['kafka'],
  'kafka-secured': ['kafka'],
  mlflow: ['mlflow'],
  onnx: ['onnx'],
  'open-inference': ['serving'],
  openlineage: ['python'],
  'python-client': ['client'],
  runtimes: ['runtimes'],
  s3: ['s3'],
  servers: ['serving', 'bentoml'],
  spark: ['spark', 'spark-listener'],
  webhooks: ['python'],
};
