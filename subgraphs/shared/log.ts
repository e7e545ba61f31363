import { pino, type Logger } from 'pino';
import { logFile } from './log-file.ts';

/** Structured logs, one JSON object a line; secrets never reach them. */
export function makeLog(service: string, level: string, destination?: string): Logger {
  const options = {
    level,
    base: { service },
    redact: { paths: ['authorization', '*.authorization', '*.password', '*.secret', '*.key'], censor: '[redacted]' },
  };
  return destination === undefined ? pino(options) : pino(options, logFile(destination));
}
