/** The real clock and the real logger: JSON-free lines on stderr, since stdout may carry a protocol. */
import type { Clock, Logger, LogLevel } from './ports.js';

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

const order: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Logs lines `time level room: message {fields}` to `write`, leaving out what is below `level`. */
export function createLogger({
  level = 'info',
  name = '',
  write = (line: string) => void process.stderr.write(line),
}: {
  level?: LogLevel;
  name?: string;
  write?: (line: string) => void;
} = {}): Logger {
  const log = (at: LogLevel, message: string, fields?: Record<string, unknown>) => {
    if (order[at] < order[level]) return;
    const rest = fields && Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields, plainErrors)}` : '';
    write(`${new Date().toISOString()} ${at} ${name}${name ? ': ' : ''}${message}${rest}\n`);
  };
  return {
    debug: (message, fields) => log('debug', message, fields),
    info: (message, fields) => log('info', message, fields),
    warn: (message, fields) => log('warn', message, fields),
    error: (message, fields) => log('error', message, fields),
    child: (child) => createLogger({ level, name: name ? `${name}.${child}` : child, write }),
  };
}

function plainErrors(_key: string, value: unknown): unknown {
  if (value instanceof Error) {
    return { name: value.name, message: value.message, stack: value.stack, cause: value.cause };
  }
  return value;
}

/** A logger that says nothing, for tests. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};
