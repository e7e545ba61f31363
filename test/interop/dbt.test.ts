import { cpSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { eventsOf, graphOf, lineageInstall, runs } from './lineage-install.ts';

/** A Python with the packages of `test/interop/dbt/requirements.txt`; `npm run interop` makes one. */
const PYTHON = resolve(process.env['TIFFIN_DBT_PYTHON'] ?? '.interop/dbt-python/bin/python');

const JOB = 'tiffin:default:job:dbt/lake.main.spend';
const LAKE = `dataset:duckdb://lake.duckdb/lake`;
const dataset = (name: string): string => `tiffin:default:dataset:duckdb%3A%2F%2Flake.duckdb/lake.${name}`;
const field = (name: string): string => `tiffin:default:dataset-field:duckdb%3A%2F%2Flake.duckdb/lake.${name}`;

it(
  "takes what dbt's own runs tell: models, sources, seeds and tests show as lineage, down to columns",
  { timeout: 600_000 },
  async () => {
    const install = await lineageInstall();
    const folder = join(temporaryFolder('dbt'), 'project');
    cpSync('test/interop/dbt/project', folder, { recursive: true });
    writeFileSync(
      join(folder, 'openlineage.yml'),
      `transport:
  type: http
  url: ${install.dataUrl('registry')}
  endpoint: api/v1/lineage
  auth: { type: api_key, apiKey: tiffin-dev }
`,
    );
    const bin = dirname(PYTHON);
    const printed = await runs([join(bin, 'dbt-ol'), 'build', '--profiles-dir', '.'], folder, {
      PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
      OPENLINEAGE_NAMESPACE: 'dbt',
      DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
    });
    const events = await eventsOf(install);
    expect(printed).toContain(`Emitted ${events.length} OpenLineage events`);
    expect(events.length).toBeGreaterThan(0);

    const { into, description, found } = graphOf(install);
    await expect
      .poll(() => into(`${JOB}.spend_per_country.build.run`).catch(() => []), { timeout: 20_000 })
      .toEqual([`${LAKE}.main.cards`, `${LAKE}.main.spend_per_card`]);
    expect(await into(`${JOB}.spend_per_card.build.run`)).toEqual([`${LAKE}.bank.txn`]);
    expect(await into(`${JOB}.spend_per_card.build.test`)).toEqual([`${LAKE}.main.spend_per_card`]);
    expect(await into(dataset('main.spend_per_country'))).toEqual([
      'job:dbt/lake.main.spend.spend_per_country.build.run',
    ]);
    expect(await into(field('main.spend_per_country/country'))).toEqual([
      'dataset-field:duckdb://lake.duckdb/lake.main.cards/country',
      `${LAKE}.main.spend_per_country`,
    ]);
    expect(await into(field('main.spend_per_card/total'))).toEqual([
      'dataset-field:duckdb://lake.duckdb/lake.bank.txn/amount',
      `${LAKE}.main.spend_per_card`,
    ]);
    expect(await description(dataset('bank.txn'))).toBe('Card transactions');
    expect(await description(field('main.spend_per_card/card'))).toBe('The card that paid');
    expect(await found('spend_per_country')).toContain('job:dbt/lake.main.spend.spend_per_country.build.run');
    expect(await found('The card that paid')).toContain(
      'dataset-field:duckdb://lake.duckdb/lake.main.spend_per_card/card',
    );

    // Facets of dbt alone are none of ours, and stay.
    const test = events.find(
      ({ job, eventType }) => job.name === 'lake.main.spend.spend_per_card.build.test' && eventType === 'COMPLETE',
    );
    expect(test.job.facets.dbt_node.unique_id).toBe('model.spend.spend_per_card');
    const [checked] = test.inputs.map(({ facets, inputFacets }: any) => ({ ...facets, ...inputFacets }));
    expect(checked.dataQualityAssertions.assertions).toMatchObject([{ assertion: 'not_null', success: true }]);
  },
);
