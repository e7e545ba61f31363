import { startEmbeddedPostgres } from '../../subgraphs/shared/database/embedded-postgres.ts';

// A process of its own for the launcher's tests: starts a server on the folder, says so, waits to be killed or told to stop.
const [folder = '', uid] = process.argv.slice(2);
if (uid !== undefined) {
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
try {
  const server = await startEmbeddedPostgres({ folder, settings: ['fsync=off'] });
  const { port, pid, adopted } = server;
  process.stdout.write(`${JSON.stringify({ port, pid, adopted, url: server.url('tiffin_app') })}\n`);
  process.stdin.once('data', () => void server.stop().then(() => process.exit(0)));
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  process.stdout.write(`${JSON.stringify({ code, message })}\n`, () => process.exit(1));
}
