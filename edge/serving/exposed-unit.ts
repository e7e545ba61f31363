import { allocationIn } from '../../core/traffic/layers.ts';
import type { ExposureRecord } from '../../schema/telemetry.ts';
import type { ServingTable } from './deployment.ts';
import type { Tokenizer } from '../telemetry/token.ts';

/**
 * An exposure that somebody tells a node of, with its unit as this node's own records have it: a token where the input on
 * which traffic is split is personal, so that nobody's name is kept and one person counts once.
 */
export async function withKeptUnit(
  exposure: ExposureRecord,
  project: string,
  { table, tokenizer }: { readonly table: ServingTable; readonly tokenizer: Tokenizer | null },
): Promise<ExposureRecord> {
  for (const deployment of table.deployments()) {
    const split = allocationIn(deployment.entry.traffic);
    if (deployment.project !== project || split?.holder !== exposure.holder) continue;
    const isPersonal = split.arms.some(
      ({ release }) => deployment.plans.get(release)?.inputs.get(split.unit)?.personal,
    );
    // Without a key for tokens a node serves no such deployment.
    return isPersonal && tokenizer ? { ...exposure, unit: await tokenizer.token(split.unit, exposure.unit) } : exposure;
  }
  return exposure;
}
