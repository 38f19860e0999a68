import type { Element, ElementContent, Root } from 'hast';

/** What no reader sees or what belongs to the site and not to the page. */
const LEFT_OUT = new Set([
  'script',
  'style',
  'noscript',
  'template',
  'nav',
  'footer',
  'aside',
  'form',
  'button',
  'input',
  'select',
  'textarea',
  'dialog',
  'iframe',
  'object',
  'embed',
  'svg',
  'math',
  'canvas',
  'audio',
  'video',
  'img',
  'picture',
]);
const LEFT_OUT_ROLES = new Set(['navigation', 'banner', 'contentinfo', 'search', 'dialog', 'menu']);
/** Nested deeper than any page is; what lies below is kept as text, since converters recurse. */
const DEEPEST_NESTING = 200;
/** How much of the page's text the main part must hold to be taken for all of it. */
const LEAST_SHARE = 0.25;

/**
 * Cuts a parsed page down to what its reader came for: the main part, without navigation, forms,
 * media, and anything hidden, where instructions for machines like to stand. Changes the tree.
 */
export function keepReadable(root: Root): Element {
  const body = find(root, (element) => element.tagName === 'body') ?? {
    type: 'element',
    tagName: 'body',
    properties: {},
    children: root.children.filter((child) => child.type !== 'doctype'),
  };
  prune(body);
  const main =
    find(body, ({ tagName, properties }) => tagName === 'main' || properties.role === 'main') ??
    onlyArticle(body);
  if (main === undefined) return body;
  return textLength(main) >= LEAST_SHARE * textLength(body) ? main : body;
}

/** The first element that `wanted` accepts, in the order of the document. */
export function find(
  root: Root | Element,
  wanted: (element: Element) => boolean,
): Element | undefined {
  const waiting: (Root | Element)[] = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.type === 'element' && wanted(next)) return next;
    for (let i = next.children.length - 1; i >= 0; i--) {
      const child = next.children[i];
      if (child?.type === 'element') waiting.push(child);
    }
  }
  return undefined;
}

/** All text below an element, as it stands there. */
export function textOf(element: Element): string {
  const parts: string[] = [];
  const waiting: ElementContent[] = [element];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.type === 'text') parts.push(next.value);
    else if (next.type === 'element') waiting.push(...next.children.toReversed());
  }
  return parts.join('');
}

function prune(body: Element): void {
  const waiting: { element: Element; depth: number }[] = [{ element: body, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { element, depth } = next;
    const kept = element.children.filter((child) => !isLeftOut(child, depth === 0));
    element.children =
      depth < DEEPEST_NESTING ? kept : [{ type: 'text', value: kept.map(flatText).join(' ') }];
    for (const child of element.children) {
      if (child.type === 'element') waiting.push({ element: child, depth: depth + 1 });
    }
  }
}

function flatText(node: ElementContent): string {
  if (node.type === 'text') return node.value;
  return node.type === 'element' ? textOf(node) : '';
}

function isLeftOut(node: ElementContent, isTop: boolean): boolean {
  if (node.type !== 'element') return node.type === 'comment';
  const { tagName, properties } = node;
  if (LEFT_OUT.has(tagName) || (isTop && tagName === 'header')) return true;
  const role = String(properties.role ?? '');
  return LEFT_OUT_ROLES.has(role) || isHidden(node);
}

function isHidden({ properties }: Element): boolean {
  if (properties.hidden !== undefined && properties.hidden !== false) return true;
  if (properties.ariaHidden === 'true') return true;
  const style = String(properties.style ?? '').toLowerCase();
  return /(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d]))/.test(
    style,
  );
}

function onlyArticle(body: Element): Element | undefined {
  const first = find(body, ({ tagName }) => tagName === 'article');
  if (first === undefined) return undefined;
  const other = find(body, (element) => element.tagName === 'article' && element !== first);
  return other === undefined ? first : undefined;
}

function textLength(element: Element): number {
  return textOf(element).replace(/\s+/g, ' ').length;
}
