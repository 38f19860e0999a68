import { readFileSync } from 'node:fs';

/** Ended, and waiting for its parent (or the system's first process, which may be slow) to notice. */
const ENDED_STATES = new Set(['Z', 'X']);

/** Clock ticks since boot, from /proc/PID/stat (proc_pid_stat(5)); none for a process that has ended. */
export function readStartTime(pid: number): string | undefined {
  const fields = readStat(pid);
  return fields === undefined || hasEnded(fields) ? undefined : fields[19];
}

/** Whether the process still runs. Where there is no /proc, an ended one counts until it is reaped. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const fields = readStat(pid);
  return fields === undefined || !hasEnded(fields);
}

/** From field 3 on: the name before it may hold spaces and brackets. */
function readStat(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function hasEnded([state = '']: readonly string[]): boolean {
  return ENDED_STATES.has(state);
}
