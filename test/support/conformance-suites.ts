import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onnxCases } from './onnx-case-files.ts';
import { promqlScripts } from './promql-scripts.ts';

export interface ConformanceSuite {
  readonly name: string;
  /** Who says what is right. */
  readonly against: string;
  readonly file: string;
  /** How the full names of its tests begin. */
  readonly begins: string;
  /** How many cases the suite holds outside, where only a part of it is about what is here. */
  readonly inAll?: () => number;
}

/** All cases of a file of TIFFIN_VECTORS that holds a list of them per section. */
function casesIn(file: string): number {
  const text = readFileSync(join(process.env['TIFFIN_VECTORS'] ?? '', file), 'utf8');
  const sections = Object.values(JSON.parse(text) as Record<string, unknown>);
  return sections.filter(Array.isArray).reduce((sum, cases) => sum + cases.length, 0);
}

const statistics = (name: string, against: string, file: string, begins: string): ConformanceSuite => ({
  name,
  against,
  file: `test/core/statistics/${file}.test.ts`,
  begins,
});

export const SUITES: readonly ConformanceSuite[] = [
  statistics('distributions', '40-digit arithmetic', 'distributions', 'distributions against'),
  statistics('two proportions', 'scipy, statsmodels', 'two-proportion', 'two proportions against'),
  statistics('sample size', 'R, statsmodels', 'sample-size', 'sample sizes against'),
  statistics('means', 'scipy, gbstats', 'means', 'means against'),
  statistics('sample-ratio mismatch', 'scipy', 'srm', 'sample-ratio mismatch'),
  statistics('multiple testing', 'statsmodels', 'multiple-testing', 'adjusted p-values against'),
  statistics('drift, numeric', 'scipy, numpy', 'drift', 'numeric drift against'),
  statistics('drift, categorical', 'scipy', 'drift', 'categorical drift against'),
  statistics('alert rules', 'promtool', 'alert-state', 'alert rules against'),
  statistics('model quality', 'scikit-learn', 'model-quality/model-quality', 'model quality against'),
  {
    name: 'PromQL',
    against: "Prometheus's own scripts",
    file: 'test/core/promql/vectors.test.ts',
    begins: "a case of Prometheus's own scripts",
    inAll: () => promqlScripts().length,
  },
  {
    name: 'assignment',
    against: 'GrowthBook SDK suite 0.8.0',
    file: 'test/core/assignment/growthbook.test.ts',
    begins: "GrowthBook's conformance suite",
    inAll: () => casesIn('growthbook/cases.json'),
  },
  {
    name: 'exported ONNX models',
    against: 'scikit-learn, LightGBM, XGBoost exporters',
    file: 'test/core/onnx/real-models.test.ts',
    begins: 'a model exported by a real trainer',
  },
  {
    name: 'exported ONNX models, tabular engine',
    against: 'ONNX Runtime Web, to the bit',
    file: 'test/core/tabular/real-models.test.ts',
    begins: 'an exported model on the tabular engine',
    inAll: () => readdirSync(join(process.env['TIFFIN_VECTORS'] ?? '', 'onnx/models')).length,
  },
  {
    name: 'ONNX operators, tabular engine',
    against: 'ONNX 1.20.1 backend cases',
    file: 'test/core/tabular/onnx-cases.test.ts',
    begins: 'an ONNX case on the tabular engine',
    inAll: () => onnxCases().size,
  },
  {
    name: 'the same operators, ONNX Runtime Web',
    against: 'ONNX 1.20.1 backend cases',
    file: 'test/core/tabular/onnx-cases.test.ts',
    begins: 'an ONNX case on ONNX Runtime',
    inAll: () => onnxCases().size,
  },
  {
    name: 'point in time',
    against: "brute force, LATERAL in Postgres, Feast's own functions",
    file: 'test/feature/point-in-time-vectors.test.ts',
    begins: 'the point-in-time law',
  },
  {
    name: 'windows',
    against: "Chronon's tests",
    file: 'test/core/windows/vectors.test.ts',
    begins: 'the published vectors of windows',
  },
];
