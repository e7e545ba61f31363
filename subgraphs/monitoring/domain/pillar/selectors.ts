import { deploymentLabels, versionLabel } from '../indicators/indicator.ts';
import type { Selectors } from './measure.ts';

/** A text inside quotes, as PromQL writes it. */
const quoted = (text: string): string => JSON.stringify(text);
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** The series of a deployment, or of one version of it. A release of several models counts for each of them. */
export function selectorsOf(project: string, deployment: string, modelVersion: string | null): Selectors {
  const own = Object.entries(deploymentLabels(project, deployment))
    .map(([label, value]) => `${label}=${quoted(value)}`)
    .join(',');
  if (modelVersion === null) {
    const slice = `${own},model_version="",arm="",segment=""`;
    return { deployment: own, slice, release: own, decided: slice };
  }
  const version = versionLabel(project, [modelVersion]);
  const release = `${own},model_version=~${quoted(`(.*,)?${escaped(version)}(,.*)?`)}`;
  return {
    deployment: own,
    slice: `${own},model_version=${quoted(version)},arm="",segment=""`,
    release,
    decided: `${release},arm=""`,
  };
}
