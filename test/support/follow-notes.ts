import { pino } from 'pino';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { followFeed } from '../../subgraphs/shared/events/consumer.ts';
import { outboxFeed } from '../../subgraphs/shared/events/feed.ts';
import { sampleSchema } from './sample-schema.ts';

// A consumer in a process of its own, to be killed: each event becomes one note, and a second one would fail.
const [url = ''] = process.argv.slice(2);
const db = await openDatabase(sampleSchema, { url });
followFeed({
  name: 'notes',
  source: outboxFeed(db),
  db,
  log: pino({ level: 'warn' }, pino.destination(2)),
  apply: async (em, { asset, revision }) => {
    await em.execute('insert into note (id, text) values (?, ?)', [asset.name, String(revision)]);
  },
});
process.stdout.write('{"ready":true}\n');
