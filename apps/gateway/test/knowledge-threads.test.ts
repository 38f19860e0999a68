import { afterAll, expect, test } from 'vitest';
import { createKnowledgeThreads } from '../src/knowledge/knowledge-threads.ts';

const threads = createKnowledgeThreads();
afterAll(() => threads.close());

const pages = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    id: `page-${at}.md`,
    format: 'markdown' as const,
    content: `# Page ${at}\n\n## Limits\n\n${`Plan ${at} allows ${at + 1} seats. `.repeat(40)}`,
  }));

test('reports on every page, in the order given', async () => {
  const { reports, titles } = await threads.parse([
    ...pages(2),
    { id: 'empty.md', format: 'markdown', content: '' },
  ]);
  expect(reports.map(({ id }) => id)).toEqual(['page-0.md', 'page-1.md', 'empty.md']);
  expect([...titles]).toEqual([
    ['page-0.md', 'Page 0'],
    ['page-1.md', 'Page 1'],
  ]);
});

test('a refusal keeps its code on the way between threads', async () => {
  await expect(threads.parse([...pages(1), ...pages(1)])).rejects.toMatchObject({
    name: 'DdaiError',
    code: 'KNOWLEDGE_DUPLICATE_ID',
  });
});
