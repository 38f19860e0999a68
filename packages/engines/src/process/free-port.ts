import { createServer } from 'node:net';
import { DdaiError } from '@ddai/core';

/** A TCP port of the loopback address that nobody held a moment ago. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}

/**
 * Checks that `port` can be bound on the loopback address.
 * @throws {DdaiError} `PORT_OCCUPIED` naming the process that holds it where the system tells, and `flag`.
 */
export async function assertPortFree(
  port: number,
  flag: string,
  findHolder: (port: number) => string | undefined,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const holder = findHolder(port);
      reject(
        new DdaiError({
          code: cause.code === 'EACCES' ? 'PORT_FORBIDDEN' : 'PORT_OCCUPIED',
          message: `127.0.0.1:${port} is ${cause.code === 'EACCES' ? 'not allowed to this user' : `already in use${holder === undefined ? '' : ` by ${holder}`}`}`,
          remedy: `End that process, or choose another port with ${flag} PORT.`,
          fields: { port },
          cause,
        }),
      );
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
