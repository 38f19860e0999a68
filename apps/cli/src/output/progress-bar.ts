/** A one-line bar on a terminal, nothing elsewhere; always on standard error. */
export interface ProgressBar {
  /** `done` of `total`, and a few words. */
  update(done: number, total: number, words: string): void;
  end(): void;
}

const WIDTH = 28;
const CLEAR_LINE = '\r\u001B[2K';

export function createProgressBar(stream: NodeJS.WriteStream): ProgressBar {
  if (!stream.isTTY) return { update: () => undefined, end: () => undefined };
  return {
    update(done, total, words) {
      const filled = total === 0 ? WIDTH : Math.round((done / total) * WIDTH);
      const line = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done}/${total} ${words}`;
      stream.write(`${CLEAR_LINE}${line.slice(0, (stream.columns ?? 80) - 1)}`);
    },
    end: () => void stream.write(CLEAR_LINE),
  };
}
