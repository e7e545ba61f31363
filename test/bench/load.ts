import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

export interface Window {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of the server for one request; null where the platform does not tell. */
  readonly cpuMs: number | null;
}

export interface Target {
  readonly url: string;
  readonly pid: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Posts the body of a target; gives the text of the answer, and fails where that is not 200. */
export function send(agent: Agent, target: Target): Promise<string> {
  const { url, body, headers } = target;
  return new Promise((resolve, reject) => {
    const length = String(Buffer.byteLength(body));
    const sent = request(
      url,
      { agent, method: 'POST', headers: { ...headers, 'content-length': length } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (text += chunk));
        answer.on('end', () =>
          answer.statusCode === 200 ? resolve(text) : reject(new Error(`${answer.statusCode}: ${text}`)),
        );
      },
    );
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // A server may close a connection that it keeps at the very moment at which it is used again.
      if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(send(agent, target));
      else reject(error);
    });
    sent.end(body);
  });
}

/** Clock ticks are hundredths of a second on every Linux that we know. */
export function cpuMsOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null;
  }
}

/** Asks over `connections` kept-alive connections, each as soon as the one before is answered, for `durationMs`. */
export async function measure(target: Target, connections: number, durationMs: number): Promise<Window> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  const cpuBefore = cpuMsOf(target.pid);
  const start = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() - start < durationMs) {
        const before = performance.now();
        await send(agent, target);
        latencies.push(performance.now() - before);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  const cpuAfter = cpuMsOf(target.pid);
  agent.destroy();
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    requests: sorted.length,
    seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuMs: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / sorted.length,
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
