import { readdirSync, readFileSync } from 'node:fs';
import { createAnswerEngine } from '../src/answering/answer-engine.ts';
import { ingestKnowledge } from '../src/knowledge/ingest-knowledge.ts';
import type { KnowledgeDocument } from '../src/knowledge/knowledge-document.ts';
import { createKnowledgeIndex } from '../src/retrieval/knowledge-index.ts';
import { createRetriever } from '../src/retrieval/retriever.ts';

/** Pages about Harbor Sync, a file synchroniser that does not exist. */
export function harborDocuments(): readonly KnowledgeDocument[] {
  const folder = new URL('./fixtures/harbor/', import.meta.url);
  return ingestKnowledge(
    readdirSync(folder)
      .sort()
      .map((name) => ({ id: `harbor/${name}`, content: readFileSync(new URL(name, folder)) })),
  ).documents;
}

export function harborRetriever() {
  return createRetriever(createKnowledgeIndex(harborDocuments()));
}

export function harborEngine() {
  return createAnswerEngine({}, { retriever: harborRetriever() });
}
