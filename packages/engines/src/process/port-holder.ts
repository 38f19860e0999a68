import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * Names the process that listens on a TCP port, as `name (pid 12)`, from Linux's /proc.
 * Undefined where the system does not tell (another user's process, another system).
 */
export function findPortHolder(port: number): string | undefined {
  try {
    const inode = findListeningInode(port);
    return inode === undefined ? undefined : findSocketOwner(inode);
  } catch {
    return undefined;
  }
}

const TCP_LISTEN = '0A';

function findListeningInode(port: number): string | undefined {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === TCP_LISTEN && local?.endsWith(`:${hexPort}`)) return inode;
    }
  }
  return undefined;
}

function findSocketOwner(inode: string): string | undefined {
  const wanted = `socket:[${inode}]`;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let descriptors: string[];
    try {
      descriptors = readdirSync(`/proc/${pid}/fd`);
    } catch {
      continue; // Ended meanwhile, or not ours to look at.
    }
    for (const descriptor of descriptors) {
      if (readLink(`/proc/${pid}/fd/${descriptor}`) !== wanted) continue;
      return `${readProgramName(pid)} (pid ${pid})`;
    }
  }
  return undefined;
}

/** As it was called: Node's own threads rename the process in `comm`. */
function readProgramName(pid: string): string {
  const [program = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  return basename(program);
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
