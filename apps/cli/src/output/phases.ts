/** Live lines on standard error: one a phase, with what is going on and how long it took. */
export interface Phases {
  /** Runs `work` under a name; `say` replaces the words beside it while it runs. */
  run<T>(
    name: string,
    work: (say: (words: string) => void) => Promise<T>,
    summarise?: (result: T) => string,
  ): Promise<T>;
  /** A line of its own between the phases. */
  note(words: string): void;
  /** Seconds by phase, in order. */
  readonly seconds: ReadonlyMap<string, number>;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MILLISECONDS = 100;
const NAME_WIDTH = 12;
const WORDS_WIDTH = 73;
/** Beside the words: mark, name, seconds and the spaces between them. */
const FRAME_WIDTH = NAME_WIDTH + 15;
const USUAL_COLUMNS = 100;
const CLEAR_LINE = '\r\u001B[2K';

export function createPhases(stream: NodeJS.WriteStream): Phases {
  const seconds = new Map<string, number>();
  return {
    seconds,
    note: (words) => {
      stream.write(`${stream.isTTY ? CLEAR_LINE : ''}  ! ${words}\n`);
    },
    async run(name, work, summarise = () => '') {
      const startedAt = performance.now();
      const elapsed = (): number => (performance.now() - startedAt) / 1000;
      let words = '';
      let frame = 0;
      const draw = (mark: string, text: string, end: string): void => {
        const room = Math.min(WORDS_WIDTH, (stream.columns ?? USUAL_COLUMNS) - FRAME_WIDTH);
        const shown = clipWords(text, Math.max(room, 1));
        const line = `  ${mark} ${name.padEnd(NAME_WIDTH)} ${shown} ${elapsed().toFixed(1).padStart(6)} s`;
        stream.write(`${stream.isTTY ? CLEAR_LINE : ''}${line}${end}`);
      };
      const timer = stream.isTTY
        ? setInterval(() => {
            frame = (frame + 1) % FRAMES.length;
            draw(FRAMES[frame] ?? '', words, '');
          }, FRAME_MILLISECONDS)
        : undefined;
      try {
        const result = await work((text) => {
          words = text;
        });
        draw('✓', summarise(result), '\n');
        return result;
      } catch (error) {
        draw('✗', words, '\n');
        throw error;
      } finally {
        clearInterval(timer);
        seconds.set(name, elapsed());
      }
    },
  };
}

/** `text` in exactly `width` columns: padded, or cut after a whole word and marked. */
export function clipWords(text: string, width: number): string {
  if (text.length <= width) return text.padEnd(width);
  const cut = text.slice(0, width - 1);
  const end = cut.lastIndexOf(' ');
  return `${end > 0 ? cut.slice(0, end) : cut}…`.padEnd(width);
}
