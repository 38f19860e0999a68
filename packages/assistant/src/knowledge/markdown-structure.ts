import { fromMarkdown } from 'mdast-util-from-markdown';
import { SENTENCE_KIND, type SentenceKind } from './knowledge-document.ts';
import {
  createStructureBuilder,
  type Inline,
  type Run,
  type Structure,
} from './structure-builder.ts';

interface AnyNode {
  readonly type: string;
  readonly value?: string;
  readonly depth?: number;
  readonly children?: readonly AnyNode[];
  readonly position?:
    | { start: { offset?: number | undefined }; end: { offset?: number | undefined } }
    | undefined;
}

/** Nested quotes and lists beyond this are an attack or an accident, and parsers recurse on them. */
const DEEPEST_NESTING = 40;
const NESTED_LINE = new RegExp(
  `^(?:[ \\t]*(?:>|(?:[-+*]|\\d{1,9}[.)])[ \\t])){${DEEPEST_NESTING},}`,
  'm',
);
/**
 * Emphasis and HTML openers that never close make CommonMark parsers quadratic in their number per
 * block (micromark 4: 4,700 in one block take 1.3 s). This is the sum of squares that is allowed.
 */
const DELIMITER_BUDGET = 20_000_000;

/**
 * Reads CommonMark into passages, sentences and headings with offsets into `source`.
 * `from` skips front matter. HTML is left out: what it would display is not ours to guess.
 * Undefined for a page whose nesting would stall or overflow a parser: read it as plain text.
 */
export function markdownStructure(
  source: string,
  from: number,
  passageWords: number,
): Structure | undefined {
  if (NESTED_LINE.test(source) || delimiterCost(source) > DELIMITER_BUDGET) return undefined;
  const builder = createStructureBuilder(source, passageWords);
  // Front matter is blanked, not cut, so that the parser's offsets stay those of the source.
  const body =
    from === 0 ? source : source.slice(0, from).replace(/[^\n]/g, ' ') + source.slice(from);
  const children: readonly AnyNode[] = fromMarkdown(body).children;
  if (children.some((child) => isDeeperThan(child, DEEPEST_NESTING))) return undefined;
  for (const child of children) visitBlock(child, false);
  return builder.finish();

  function visitBlock(block: AnyNode, inItem: boolean): void {
    if (block.type === 'heading') addHeading(block);
    else if (block.type === 'paragraph') addParagraph(block, inItem);
    else if (block.type === 'code') addCode(block);
    else if (block.type === 'list' || block.type === 'listItem' || block.type === 'blockquote') {
      for (const child of block.children ?? []) {
        visitBlock(child, inItem || block.type === 'listItem');
      }
    }
  }

  function addHeading(node: AnyNode): void {
    const { runs } = inlineRuns(source, node);
    const text = runs.map((run) => source.slice(run.start, run.end)).join('');
    const clean = text
      .replace(/\\([!-/:-@[-`{-~])/g, '$1')
      .replace(/\s+/g, ' ')
      .trim();
    if (clean !== '') builder.addHeading(node.depth ?? 1, clean, extent(node));
  }

  function addParagraph(node: AnyNode, inItem: boolean): void {
    const { runs, inlines } = inlineRuns(source, node);
    builder.addBlock(paragraphKind(source, node, inItem), runs, inlines);
  }

  function addCode(node: AnyNode): void {
    const { start, end } = extent(node);
    const fence = /^(?:`{3,}|~{3,})[^\n]*\n/.exec(source.slice(start, end));
    const first = start + (fence?.[0].length ?? 0);
    const closing =
      fence === null ? null : /\n[ \t>]*(?:`{3,}|~{3,})[ \t]*$/.exec(source.slice(first, end));
    const last = closing === null ? end : first + closing.index;
    if (last > first) builder.addBlock(SENTENCE_KIND.code, [{ start: first, end: last }], []);
  }
}

/** CommonMark has no tables, but the common pipe notation parses as one paragraph of its rows. */
function paragraphKind(source: string, node: AnyNode, inItem: boolean): SentenceKind {
  const { start, end } = extent(node);
  const text = source.slice(start, end);
  if (/^\|.*\|\s*$/m.test(text) && /^[ \t]*(?:\|[ \t]*)?:?-{2,}/m.test(text))
    return SENTENCE_KIND.row;
  return inItem ? SENTENCE_KIND.item : SENTENCE_KIND.prose;
}

function inlineRuns(source: string, block: AnyNode): { runs: Run[]; inlines: Inline[] } {
  const runs: Run[] = [];
  const inlines: Inline[] = [];
  const visit = (node: AnyNode, depth: number): void => {
    const outer = extent(node);
    const before = runs.length;
    if (node.type === 'text') runs.push(outer);
    else if (node.type === 'inlineCode') {
      const ticks = /^`+/.exec(source.slice(outer.start, outer.end))?.[0].length ?? 0;
      if (outer.end - outer.start > 2 * ticks) {
        runs.push({ start: outer.start + ticks, end: outer.end - ticks });
      }
    } else for (const child of node.children ?? []) visit(child, depth + 1);
    const first = runs[before];
    const last = runs.at(-1);
    if (depth > 0 && node.type !== 'text' && first !== undefined && last !== undefined) {
      inlines.push({ outer, inner: { start: first.start, end: last.end } });
    }
  };
  visit(block, 0);
  return { runs, inlines };
}

function extent(node: AnyNode): Run {
  return { start: node.position?.start.offset ?? 0, end: node.position?.end.offset ?? 0 };
}

function isDeeperThan(node: AnyNode, depth: number): boolean {
  if (depth < 0) return true;
  return (node.children ?? []).some((child) => isDeeperThan(child, depth - 1));
}

function delimiterCost(source: string): number {
  let cost = 0;
  for (const block of source.split(/\n[ \t]*\n/)) {
    const delimiters = block.match(/\*+|</g)?.length ?? 0;
    cost += delimiters * delimiters;
  }
  return cost;
}
