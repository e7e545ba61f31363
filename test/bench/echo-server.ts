import { spawn } from 'node:child_process';

/** What any server on Node does at the least: it reads JSON, and writes it. */
const ECHO = `
const { createServer } = require('node:http');
const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (text += chunk));
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(JSON.parse(text)));
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/** A bare node:http server in a process of its own. */
export async function echoServer(): Promise<{ url: string; pid: number; stop(): void }> {
  const child = spawn(process.execPath, ['-e', ECHO], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<string>((resolve) =>
    child.stdout.once('data', (chunk) => resolve(String(chunk).trim())),
  );
  return { url: `http://127.0.0.1:${port}/`, pid: child.pid!, stop: () => child.kill() };
}
