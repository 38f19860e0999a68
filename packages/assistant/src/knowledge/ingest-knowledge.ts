import { isDdaiError } from '@ddai/core';
import { assistantError } from '../assistant-error.ts';
import {
  DEFAULT_KNOWLEDGE_LIMITS,
  type KnowledgeDocument,
  type KnowledgeLimits,
} from './knowledge-document.ts';
import {
  type KnowledgeSource,
  type PageReport,
  parseKnowledgeDocument,
} from './parse-knowledge-document.ts';

/** What came of a set of pages: `reports` has one entry per source, in the order given. */
export interface IngestedKnowledge {
  readonly documents: readonly KnowledgeDocument[];
  readonly reports: readonly PageReport[];
}

/**
 * Takes in a set of pages. A page that can't be read is left out and reported, and stops no other;
 * of pages with the same text only the first is kept, so that copies don't crowd the results.
 * @throws {DdaiError} `KNOWLEDGE_TOO_MANY_DOCUMENTS`, `KNOWLEDGE_DUPLICATE_ID`.
 */
export function ingestKnowledge(
  sources: Iterable<KnowledgeSource>,
  limits: Partial<KnowledgeLimits> = {},
): IngestedKnowledge {
  const most = limits.documents ?? DEFAULT_KNOWLEDGE_LIMITS.documents;
  const documents: KnowledgeDocument[] = [];
  const reports: PageReport[] = [];
  const seenIds = new Set<string>();
  const byText = new Map<string, string>();
  for (const source of sources) {
    if (seenIds.has(source.id)) {
      throw assistantError({
        code: 'KNOWLEDGE_DUPLICATE_ID',
        message: `two documents are called ${JSON.stringify(source.id)}`,
        fields: { id: source.id },
      });
    }
    seenIds.add(source.id);
    if (seenIds.size > most) {
      throw assistantError({
        code: 'KNOWLEDGE_TOO_MANY_DOCUMENTS',
        message: `more than the ${most} documents allowed in one set`,
        fields: { limit: most },
      });
    }
    const { document, report } = parseOrReport(source, limits);
    const sameAs = document === undefined ? undefined : byText.get(document.text);
    if (sameAs !== undefined) {
      const weaknesses = [...report.weaknesses, 'duplicate' as const];
      reports.push({ ...report, answerable: false, weaknesses, sameAs });
      continue;
    }
    reports.push(report);
    if (document === undefined) continue;
    byText.set(document.text, document.id);
    documents.push(document);
  }
  return { documents, reports };
}

function parseOrReport(
  source: KnowledgeSource,
  limits: Partial<KnowledgeLimits>,
): { document?: KnowledgeDocument; report: PageReport } {
  try {
    return parseKnowledgeDocument(source, limits);
  } catch (error) {
    if (!isDdaiError(error)) throw error;
    const { code, message } = error;
    const { id } = source;
    return {
      report: {
        id,
        answerable: false,
        weaknesses: [],
        words: 0,
        passages: 0,
        error: { code, message },
      },
    };
  }
}
