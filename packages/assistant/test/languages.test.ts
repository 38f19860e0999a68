import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createAnswerEngine } from '../src/answering/answer-engine.ts';
import { questionType } from '../src/answering/question-type.ts';
import { decodeShard, encodeShard } from '../src/complex/knowledge-shard.ts';
import { ingestKnowledge } from '../src/knowledge/ingest-knowledge.ts';
import type { KnowledgeDocument } from '../src/knowledge/knowledge-document.ts';
import { decodeIndexSnapshot, encodeIndexSnapshot } from '../src/retrieval/index-snapshot.ts';
import { createKnowledgeIndex } from '../src/retrieval/knowledge-index.ts';
import { createRetriever } from '../src/retrieval/retriever.ts';
import { LANGUAGES, questionLanguage } from '../src/text/language.ts';
import { createTextAnalyzer } from '../src/text/text-analyzer.ts';

const folder = new URL('./fixtures/languages/', import.meta.url);
const pages = LANGUAGES.flatMap((language) =>
  readdirSync(new URL(`${language}/`, folder)).map((file) => {
    const id = `${language}/${file}`;
    return { id, content: readFileSync(new URL(id, folder)) };
  }),
);
const { documents, reports } = ingestKnowledge(pages);
const retriever = createRetriever(createKnowledgeIndex(documents));

describe('the language of a page', () => {
  test('is told from its text and reported', () => {
    for (const { id, language } of reports) expect(language, id).toBe(id.slice(0, 2));
  });

  test('can be given instead', () => {
    const source = { id: 'x.md', content: 'Preise: 4 Euro', language: 'de' } as const;
    expect(ingestKnowledge([source]).documents[0]?.language).toBe('de');
  });

  test('is English in doubt: code, a stub, English with foreign names', () => {
    const texts = [
      '```js\nlet la = el.un; die(es, un);\n```\n\nRun this code.',
      'Berlin',
      'The El Niño event was in the news, and La Paz is the seat of government of Bolivia.',
    ];
    texts.forEach((content, i) => {
      expect(ingestKnowledge([{ id: `${i}.md`, content }]).documents[0]?.language).toBe('en');
    });
  });

  test('survives a snapshot and a shard', () => {
    const languagesOf = (kept: readonly KnowledgeDocument[]): Record<string, string> =>
      Object.fromEntries(kept.map(({ id, language }) => [id, language]));
    const snapshot = decodeIndexSnapshot(encodeIndexSnapshot(createKnowledgeIndex(documents)));
    expect(languagesOf(snapshot.documents)).toEqual(languagesOf(documents));
    expect(languagesOf(decodeShard(encodeShard(documents)))).toEqual(languagesOf(documents));
  });
});

describe('a question in one of four languages', () => {
  const engine = createAnswerEngine({}, { retriever });

  test.each([
    ['de', 'Wie lange habe ich Zeit, eine Rechnung zu bezahlen?', 'de/rechnungen.md', '14 Tagen'],
    ['de', 'Mit welcher Frist kann ich meinen Vertrag kündigen?', 'de/kuendigung.md', 'Monat'],
    ['de', 'Wann werden gespeicherte Dateien gelöscht?', 'de/kuendigung.md', '30 Tagen'],
    ['fr', 'Dans quel délai faut-il payer une facture ?', 'fr/factures.md', '14 jours'],
    ['fr', 'Comment puis-je résilier mon contrat ?', 'fr/resiliation.md', 'préavis'],
    ['fr', 'Quand les fichiers sont-ils supprimés ?', 'fr/resiliation.md', '30 jours'],
    ['es', '¿En qué plazo debo pagar una factura?', 'es/facturas.md', '14 días'],
    ['es', '¿Cómo puedo cancelar mi contrato?', 'es/cancelacion.md', 'preaviso'],
    ['es', '¿Cuándo se borran los archivos guardados?', 'es/cancelacion.md', '30 días'],
    ['en', 'How long do I have to pay an invoice?', 'en/invoices.md', '14 days'],
    ['en', 'How can I cancel my contract?', 'en/cancel.md', 'notice'],
  ])('%s: %s', (language, question, page, words) => {
    expect(retriever.analyze(question).language).toBe(language);
    const { abstained, citations, text } = engine.answer(question);
    expect(abstained).toBe(false);
    expect(citations[0]?.documentId).toBe(page);
    expect(text).toContain(words);
  });

  test('is read in the language of most pages when its words decide nothing', () => {
    const german = createRetriever(
      createKnowledgeIndex(documents.filter(({ language }) => language === 'de')),
    );
    expect(german.analyze('Rechnungen?').language).toBe('de');
    expect(questionLanguage('PIN', { among: ['en', 'de'], usual: 'en' })).toBe('en');
  });

  test('is asked for in forms of its own', () => {
    expect(questionType('Wie viele Geräte darf ich anmelden?', 'de')).toBe('value');
    expect(questionType('Wie kann ich meine Adresse ändern?', 'de')).toBe('procedure');
    expect(questionType('Puis-je annuler ?', 'fr')).toBe('polar');
    expect(questionType('Combien coûte la carte ?', 'fr')).toBe('value');
    expect(questionType('¿Qué es un aviso?', 'es')).toBe('definition');
    expect(questionType('¿Está abierta la oficina?', 'es')).toBe('polar');
  });
});

describe('stems', () => {
  const analyze = createTextAnalyzer();

  test.each([
    ['de', 'Rechnung', 'Rechnungen'],
    ['de', 'Gebühr', 'Gebühren'],
    ['de', 'Vertrag', 'Vertrags'],
    ['fr', 'facture', 'factures'],
    ['fr', 'résilier', 'resilier'],
    ['fr', 'l’abonnement', 'abonnements'],
    ['es', 'factura', 'facturas'],
    ['es', 'contrato', 'contratos'],
    ['es', 'cancelar', 'cancela'],
  ] as const)('%s: %s and %s are one term', (language, one, other) => {
    expect(analyze(one, language)).toEqual(analyze(other, language));
    expect(analyze(one, language)).toHaveLength(1);
  });

  test.each([
    ['de', 'nicht ohne Vertrag'],
    ['fr', 'pas sans contrat'],
    ['es', 'no sin contrato'],
  ] as const)('%s keeps negations', (language, text) => {
    expect(analyze(text, language)).toHaveLength(3);
  });
});
