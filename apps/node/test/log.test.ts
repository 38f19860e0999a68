import { setTimeout as pause } from 'node:timers/promises';
import { ignoreWriteErrors } from '@ddai/command-line';
import { destination, pino } from 'pino';
import { describe, expect, it } from 'vitest';

describe('a log on a full disk', () => {
  it('does not end the process that writes it', async () => {
    const errors: string[] = [];
    const log = ignoreWriteErrors(destination({ dest: '/dev/full', sync: false }));
    log.on('error', ({ code }: NodeJS.ErrnoException) => errors.push(code ?? ''));
    const logger = pino(log);

    for (const round of [1, 2]) {
      logger.info({ round }, 'still here');
      await pause(50);
    }

    expect(errors[0]).toBe('ENOSPC');
  });
});
