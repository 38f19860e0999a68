import type { Stopwatch } from '@ddai/learning';

/** This process's own time. */
export const stopwatch: Stopwatch = {
  seconds: () => performance.now() / 1000,
  cpuSeconds: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
};
