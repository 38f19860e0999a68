import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { KnowledgeFile } from '@ddai/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway, type TestTenant } from './support/test-gateway.ts';

const MANUAL = readFileSync(fileURLToPath(new URL('./support/manual.pdf', import.meta.url)));
const PAGE = Buffer.from(
  '<!doctype html><html lang="en"><title>Seats</title><main><h1>Seats</h1><p>The team plan has room for 25 seats.</p></main>',
);

let gateway: TestGateway;
let tenant: TestTenant;
let rival: TestTenant;
let source: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  tenant = await gateway.addTenant('quill');
  rival = await gateway.addTenant('rival');
  source = (await tenant.client.createKnowledgeSource('manuals')).id;
});
afterAll(() => gateway.stop());

function listed(): Promise<KnowledgeFile[]> {
  return tenant.client.listFiles(source);
}

function ask(question: string): ReturnType<TestTenant['client']['complete']> {
  const messages = [{ role: 'user' as const, content: question }];
  return tenant.client.complete({ model: tenant.assistantId, messages });
}

describe('files of a knowledge source', () => {
  it('are taken in by their bytes, answered from, and not read twice', async () => {
    const added = await tenant.client.putFile(source, 'manual.pdf', MANUAL);
    expect(added).toMatchObject({ change: 'added', format: 'pdf', answerable: true });
    expect(await tenant.client.putFile(source, 'seats.html', PAGE)).toMatchObject({
      change: 'added',
      format: 'html',
    });
    const { text, details } = await ask('To which card is a refund paid?');
    expect(text).toContain('the card that the order was paid with');
    expect(details.citations[0]).toMatchObject({ documentId: 'manuals/manual.pdf' });

    expect(await tenant.client.putFile(source, 'manual.pdf', MANUAL)).toMatchObject({
      change: 'unchanged',
      words: added.words,
    });
    const longer = Buffer.concat([PAGE, Buffer.from('<p>Guests are free.')]);
    expect(await tenant.client.putFile(source, 'seats.html', longer)).toMatchObject({
      change: 'changed',
    });
    expect(await listed()).toMatchObject([
      { path: 'manual.pdf', format: 'pdf', language: null, problem: null },
      { path: 'seats.html', format: 'html', language: 'en', title: 'Seats' },
    ]);
  });

  it('no longer answer once they are forgotten', async () => {
    await tenant.client.removeFile(source, 'manual.pdf');
    const { details } = await ask('To which card is a refund paid?');
    expect(details.citations).toEqual([]);
    await expect(tenant.client.removeFile(source, 'manual.pdf')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it.each([
    ['an empty one', Buffer.alloc(0), 'DOCUMENT_EMPTY'],
    ['an image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0]), 'DOCUMENT_FORMAT_UNKNOWN'],
    ['a damaged PDF', Buffer.from('%PDF-1.7\nnothing'), 'DOCUMENT_MALFORMED'],
    ['a damaged archive', Buffer.from('PK\u0003\u0004nothing'), 'DOCUMENT_MALFORMED'],
  ])('leave out %s, with a code, and everything else as it was', async (_what, bytes, code) => {
    const before = await listed();
    await expect(tenant.client.putFile(source, 'bad', bytes)).rejects.toMatchObject({ code });
    expect(await listed()).toEqual(before);
  });

  it('are another tenant’s to neither see, change nor forget', async () => {
    for (const attempt of [
      () => rival.client.listFiles(source),
      () => rival.client.putFile(source, 'seats.html', PAGE),
      () => rival.client.removeFile(source, 'seats.html'),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await listed()).toHaveLength(1);
  });

  it('are listed whole however many there are', async () => {
    const many = await tenant.client.createKnowledgeSource('many');
    const documents = Array.from({ length: 1003 }, (_, i) => ({
      path: `page-${String(i).padStart(4, '0')}.md`,
      content: `# Page ${i}\n\nPlan ${i} has ${i} seats.`,
    }));
    await tenant.client.replacePages(many.id, documents);
    const files = await tenant.client.listFiles(many.id);
    expect(files.map(({ path }) => path)).toEqual(documents.map(({ path }) => path));
  });
});
