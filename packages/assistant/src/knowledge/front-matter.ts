export interface FrontMatter {
  /** Length of the block in the source, 0 when there is none. */
  readonly length: number;
  readonly title: string | undefined;
}

const BLOCK = /^---[ \t]*\r?\n(?:[\s\S]*?\r?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/;
const TITLE = /^title[ \t]*:[ \t]*(\S.{0,1000})/m;

/**
 * Finds a YAML front matter block and the plain `title:` in it. Everything else in the block is
 * ignored: it is about the page, not of it. A block that never closes is no front matter.
 */
export function readFrontMatter(source: string): FrontMatter {
  const block = BLOCK.exec(source)?.[0];
  if (block === undefined) return { length: 0, title: undefined };
  const raw = TITLE.exec(block.replaceAll('\r', ''))?.[1]?.trimEnd();
  const quoted = raw === undefined ? null : /^(["'])(.*)\1$/.exec(raw);
  const title = quoted === null ? raw?.replace(/\s+#.*$/, '') : quoted[2];
  return { length: block.length, title: title === '' ? undefined : title };
}
