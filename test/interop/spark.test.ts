import { readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { eventsOf, graphOf, lineageInstall, runs } from './lineage-install.ts';

/** A Python with the packages of `test/interop/spark/requirements.txt`; `npm run interop` makes one. */
const PYTHON = resolve(process.env['TIFFIN_SPARK_PYTHON'] ?? '.interop/spark-python/bin/python');
/** Where `npm run interop` puts OpenLineage's listener. */
const JARS = resolve('.interop/spark');

it(
  "takes what Spark's own jobs tell: files and their columns show as lineage, those of a join as well",
  { timeout: 600_000 },
  async () => {
    const install = await lineageInstall();
    const folder = temporaryFolder('spark');
    writeFileSync(
      join(folder, 'lineage.conf'),
      `spark.extraListeners                    io.openlineage.spark.agent.OpenLineageSparkListener
spark.openlineage.namespace             spark
spark.openlineage.transport.type        http
spark.openlineage.transport.url         ${install.dataUrl('registry')}
spark.openlineage.transport.auth.type   api_key
spark.openlineage.transport.auth.apiKey tiffin-dev
`,
    );
    const alone = {
      'spark.ui.enabled': 'false',
      'spark.driver.host': '127.0.0.1',
      'spark.driver.bindAddress': '127.0.0.1',
      'spark.local.dir': join(folder, 'local'),
    };
    const bin = dirname(PYTHON);
    const jars = readdirSync(JARS).map((name) => join(JARS, name));
    const conf = Object.entries(alone).flatMap(([name, value]) => ['--conf', `${name}=${value}`]);
    const lake = join(folder, 'lake');
    await runs(
      [
        join(bin, 'spark-submit'),
        '--master=local[1]',
        `--jars=${jars.join()}`,
        '--properties-file=lineage.conf',
        ...conf,
        resolve('test/interop/spark/job.py'),
        lake,
      ],
      folder,
      {
        PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
        TMPDIR: folder,
        JAVA_TOOL_OPTIONS: `-Xmx512m -Djava.io.tmpdir=${folder}`,
      },
    );

    const dataset = (name: string): string => `dataset:file/${lake}/${name}`;
    const field = (name: string): string => `dataset-field:file/${lake}/${name}`;
    const id = (name: string, kind = 'dataset'): string => {
      const [table = '', column] = name.split('/');
      const parts = ['file', `${lake}/${table}`, ...(column === undefined ? [] : [column])];
      return `tiffin:default:${kind}:${parts.map(encodeURIComponent).join('/')}`;
    };
    const { into, found } = graphOf(install);
    await expect.poll(() => into(id('spend')).catch(() => []), { timeout: 20_000 }).toHaveLength(4);
    const [job = '', ...decides] = (await into(id('spend'))).toSorted((one) => (one.startsWith('job:') ? -1 : 1));
    expect(decides, 'columns of the join and of the groups').toEqual([
      field('cards/card'),
      field('cards/country'),
      field('txn/card'),
    ]);
    expect(job).toMatch(/^job:spark\/spend\./);
    expect(await into(`tiffin:default:${job}`)).toEqual([dataset('cards'), dataset('txn')]);
    expect(await into(id('spend/total', 'dataset-field'))).toEqual([field('txn/amount'), dataset('spend')]);
    expect(await into(id('spend/country', 'dataset-field'))).toEqual([field('cards/country'), dataset('spend')]);
    expect(await found('spend')).toEqual(expect.arrayContaining(['job:spark/spend', job, dataset('spend')]));

    // Facets of Spark alone are none of ours, and stay.
    const events = await eventsOf(install);
    expect(JSON.stringify(events), 'nor does the key go out').not.toContain('tiffin-dev');
    const ended = events.find(
      ({ job: { name }, eventType }) => eventType === 'COMPLETE' && `job:spark/${name}` === job,
    );
    expect(ended.run.facets.processing_engine.name).toBe('spark');
    expect(ended.outputs[0].outputFacets.outputStatistics.rowCount).toBe(2);
    expect(new Set(events.map(({ eventType }) => eventType))).toEqual(new Set(['START', 'RUNNING', 'COMPLETE']));
  },
);
