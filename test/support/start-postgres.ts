import { startEmbeddedPostgres } from '../../install/postgres/embedded-postgres.ts';

// A process of its own for the launcher's tests: starts a server on the folder, says so, waits to be killed or told to stop.
const [folder = '', uid, packageFolder] = process.argv.slice(2);
if (uid) {
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
try {
  const server = await startEmbeddedPostgres({
    folder,
    settings: ['fsync=off'],
    ...(packageFolder !== undefined && { packageFolder }),
  });
  const { port, pid, dataDir, adopted } = server;
  process.stdout.write(
    `${JSON.stringify({ port, pid, dataDir, adopted, url: server.url('tiffin_app'), adminUrl: server.url('postgres', 'postgres') })}\n`,
  );
  process.stdin.once('data', () => void server.stop().then(() => process.exit(0)));
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  process.stdout.write(`${JSON.stringify({ code, message })}\n`, () => process.exit(1));
}
