import type { NodeLog } from '../../node/node-log.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** One JSON object a line, to wherever the platform keeps what workers write. */
export const consoleLog: NodeLog = {
  debug: () => undefined,
  info: writer('info'),
  warn: writer('warn'),
  error: writer('error'),
};

function writer(level: Level): NodeLog['info'] {
  return (details, msg) =>
    console[level](
      JSON.stringify({ level, service: 'edge', ...details, msg }, (_, value: unknown) =>
        value instanceof Error ? { message: value.message, stack: value.stack } : value,
      ),
    );
}
