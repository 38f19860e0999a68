import { createKnowledgeIndex, encodeIndexSnapshot, ingestKnowledge } from '@ddai/assistant';
import { afterAll, expect, test } from 'vitest';
import { createKnowledgeThreads } from '../src/assistant/knowledge-threads.ts';

const threads = createKnowledgeThreads();
afterAll(() => threads.close());

const pages = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    id: `page-${at}.md`,
    format: 'markdown' as const,
    content: `# Page ${at}\n\n## Limits\n\n${`Plan ${at} allows ${at + 1} seats. `.repeat(40)}`,
  }));

test('builds the very index that one thread would', async () => {
  const { snapshot } = await threads.build(pages(50));
  const { documents } = ingestKnowledge(pages(50));
  expect(Buffer.from(snapshot)).toEqual(
    Buffer.from(encodeIndexSnapshot(createKnowledgeIndex(documents))),
  );
});

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

test('this thread goes on while pages are indexed', async () => {
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 1);
  await threads.build(pages(3000));
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(0);
});
