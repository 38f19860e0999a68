import { setTimeout as delay } from 'node:timers/promises';
import { DdaiError } from '@ddai/core';
import { createDdaiClient, type DdaiClient } from '@ddai/sdk';
import { readApiKey } from '../input/read-api-key.ts';
import { printResult } from '../output/print-result.ts';
import { createProgressBar } from '../output/progress-bar.ts';
import { openPageOrigin } from './page-origin.ts';
import { type PageOutcome, type SyncedPages, syncPages } from './sync-pages.ts';

export interface KnowledgeSyncFlags {
  readonly source: string;
  readonly gateway: string;
  readonly apiKeyFile?: string;
  readonly delete: boolean;
  readonly dryRun: boolean;
  /** Hours from one sync to the next; without, there is one. */
  readonly every?: number;
  readonly json: boolean;
}

const HOUR_MILLISECONDS = 3_600_000;
const MOST_NAMED = 20;

/** `ddai knowledge sync FROM`: a knowledge source becomes what a folder or a site holds now. */
export async function knowledgeSync(from: string, flags: KnowledgeSyncFlags): Promise<void> {
  const client = createDdaiClient({ baseUrl: flags.gateway, apiKey: readApiKey(flags.apiKeyFile) });
  for (;;) {
    await syncOnce(client, from, flags);
    if (flags.every === undefined) return;
    await delay(flags.every * HOUR_MILLISECONDS);
  }
}

async function syncOnce(
  client: DdaiClient,
  from: string,
  flags: KnowledgeSyncFlags,
): Promise<void> {
  const origin = await openPageOrigin(from);
  const total = origin.paths.length;
  if (total === 0)
    throw new DdaiError({
      code: 'DIRECTORY_EMPTY',
      message: `${from} holds no page: no .md, .txt, .html, .pdf or .docx file`,
      remedy: 'Name the folder with your pages, or the address of a sitemap.',
    });
  const bar = createProgressBar(process.stderr);
  const synced = await syncPages(client, {
    sourceId: await findOrCreate(client, flags),
    origin,
    removesMissing: flags.delete,
    isDryRun: flags.dryRun,
    onProgress: (done) => bar.update(done, total, 'pages'),
  }).finally(() => bar.end());
  printResult(
    { source: flags.source, dryRun: flags.dryRun, ...synced },
    { json: flags.json, lines: describe(synced, flags) },
  );
  if (synced.outcomes.some(({ outcome }) => outcome === 'refused')) process.exitCode = 1;
}

async function findOrCreate(client: DdaiClient, { source }: KnowledgeSyncFlags): Promise<string> {
  const known = (await client.listKnowledgeSources()).find(({ name }) => name === source);
  return (known ?? (await client.createKnowledgeSource(source))).id;
}

function describe({ outcomes, weak }: SyncedPages, flags: KnowledgeSyncFlags): string[] {
  const of = (wanted: PageOutcome['outcome']): PageOutcome[] =>
    outcomes.filter(({ outcome }) => outcome === wanted);
  const counts = (['added', 'changed', 'removed', 'unchanged', 'refused'] as const)
    .map((outcome) => `${of(outcome).length} ${outcome}`)
    .join(', ');
  return [
    `${flags.dryRun ? 'Would be: ' : ''}${counts}.`,
    ...named(
      'Not taken in:',
      of('refused').map(({ path, refusal }) => refusal?.reason ?? path),
    ),
    ...named(
      'Give few answers or none:',
      weak.map(({ id, weaknesses }) => `${id}: ${weaknesses.join(', ')}`),
    ),
    ...named(
      'No longer there, and kept (--delete forgets them):',
      of('kept').map(({ path }) => path),
    ),
  ];
}

function named(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - MOST_NAMED;
  return [
    title,
    ...lines.slice(0, MOST_NAMED).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
