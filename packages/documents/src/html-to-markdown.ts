import type { Element, Root } from 'hast';
import { fromHtml } from 'hast-util-from-html';
import { type State, toMdast } from 'hast-util-to-mdast';
import type { Nodes, RootContent } from 'mdast';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown } from 'mdast-util-to-markdown';
import { documentError } from './document-error.ts';
import { find, keepReadable, textOf } from './readable-html.ts';

/** A page as Markdown, with what its head says of it. */
export interface MarkdownPage {
  readonly markdown: string;
  readonly title: string | undefined;
  /** The language that the page claims, a BCP 47 tag such as `de-AT`. */
  readonly language: string | undefined;
}

const LANGUAGE_TAG = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/;

/**
 * The main part of an HTML page as Markdown: headings, lists, tables, code, text. Scripts do not run,
 * nothing is fetched. Links keep their words and lose their target: an answer must not lead anywhere
 * that its page's author chose. Any text parses, as browsers do (WHATWG HTML, 13.2).
 * @throws {DdaiError} `DOCUMENT_MALFORMED` for elements nested deeper than parsers can follow
 */
export function htmlToMarkdown(html: string, id: string): MarkdownPage {
  const root = parse(html, id);
  const title = find(root, ({ tagName }) => tagName === 'title');
  const language = find(root, ({ tagName }) => tagName === 'html')?.properties.lang;
  const tree = toMdast(keepReadable(root), {
    handlers: { a: wordsOnly, area: nothing, del: wordsOnly, s: wordsOnly },
  });
  const markdown = toMarkdown(tree as Nodes, {
    bullet: '-',
    extensions: [gfmTableToMarkdown({ tablePipeAlign: false })],
    resourceLink: true,
  });
  return {
    markdown: unescapeNeedless(markdown),
    title: title === undefined ? undefined : oneLine(textOf(title)),
    language: typeof language === 'string' && LANGUAGE_TAG.test(language) ? language : undefined,
  };
}

function parse(html: string, id: string): Root {
  try {
    return fromHtml(html);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause; // The stack is full.
    throw documentError({
      code: 'DOCUMENT_MALFORMED',
      message: `${id}: its elements are nested too deep to be read`,
      remedy: 'Look at what made this page: thousands of elements are open at once.',
      fields: { id },
      cause,
    });
  }
}

function wordsOnly(state: State, element: Element): RootContent[] {
  return state.all(element) as RootContent[];
}

function nothing(): undefined {
  return undefined;
}

function oneLine(text: string): string | undefined {
  return text.replace(/\s+/g, ' ').trim() || undefined;
}

/** Backslashes before characters that mean nothing within a word: `file\_name`, `5\.`. */
function unescapeNeedless(markdown: string): string {
  return markdown.replace(/(?<=[A-Za-z0-9])\\([_~&])(?=[A-Za-z0-9])/g, '$1');
}
