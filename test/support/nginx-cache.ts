import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

/** Whether this machine has nginx. */
export const hasNginx = (): boolean => spawnSync('nginx', ['-v']).status === 0;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** nginx as a cache before an origin, as `docs/deploying.md` shows it: it keeps what the headers of the answers allow. */
export async function startNginx(origin: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const folder = temporaryFolder('nginx');
  const port = await freePort();
  for (const name of ['cache', 'body', 'proxy', 'other']) mkdirSync(join(folder, name));
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/other; uwsgi_temp_path ${folder}/other; scgi_temp_path ${folder}/other;
  proxy_cache_path ${folder}/cache keys_zone=tiffin:1m max_size=1g inactive=7d use_temp_path=off;
  server {
    listen 127.0.0.1:${port};
    proxy_http_version 1.1;
    proxy_set_header connection "";
    location ~ ^/v1/manifests/[^/]+/events$ {
      proxy_pass ${origin};
      proxy_buffering off;
      proxy_read_timeout 1m;
    }
    location / {
      proxy_pass ${origin};
      proxy_cache tiffin;
      proxy_cache_revalidate on;
      proxy_cache_lock on;
      proxy_cache_background_update on;
      proxy_cache_use_stale error timeout updating;
    }
  }
}
`,
  );
  const child = spawn('nginx', ['-p', folder, '-c', file], { stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const isUp = await fetch(`${url}/livez`).then(
      () => true,
      () => false,
    );
    if (isUp) break;
    if (tries > 200) throw new Error('nginx did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
