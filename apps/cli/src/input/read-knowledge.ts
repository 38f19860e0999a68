import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  type KnowledgeDocument,
  type KnowledgeSource,
  type PageReport,
  parseKnowledgeDocument,
} from '@ddai/assistant';
import { bytesToUtf8, DdaiError } from '@ddai/core';
import { formatOfName, readDocument } from '@ddai/documents';
import { readFileLimited } from '@ddai/storage';
import { z } from 'zod';
import { callerPath } from './caller-path.ts';
import { findFiles } from './find-files.ts';
import { readJsonLines } from './read-json-lines.ts';

const MAX_PAGE_BYTES = 20 * 2 ** 20;
const MAX_FILE_BYTES = 512 * 1024 * 1024;
const pageSchema = z.object({ id: z.string(), title: z.string().optional(), text: z.string() });

/** Pages of a folder, and those that could not be read, with the reason. */
export interface KnowledgeFolder {
  readonly pages: readonly KnowledgeSource[];
  readonly unread: readonly PageReport[];
}

/**
 * Reads every Markdown, text, HTML, PDF and DOCX file below `directory`; ids are paths below it.
 * @throws {DdaiError} `DIRECTORY_UNREADABLE`, `DIRECTORY_EMPTY`, `FILE_…`
 */
export async function readKnowledgeDirectory(directory: string): Promise<KnowledgeFolder> {
  const root = callerPath(directory);
  const names = findFiles(directory, (name) => formatOfName(name) !== undefined);
  if (names.length === 0) {
    throw new DdaiError({
      code: 'DIRECTORY_EMPTY',
      message: `${directory} holds no page: no .md, .txt, .html, .pdf or .docx file`,
      remedy: 'Name the folder with your help pages.',
    });
  }
  const pages: KnowledgeSource[] = [];
  const unread: PageReport[] = [];
  for (const id of names) {
    try {
      const bytes = readFileLimited(join(root, id), MAX_PAGE_BYTES);
      const { text, format, title } = await readDocument({ id, bytes });
      pages.push({ id, content: text, format, ...(title === undefined ? {} : { title }) });
    } catch (error) {
      if (!(error instanceof DdaiError)) throw error;
      const { code, message } = error;
      const nothing = { answerable: false, weaknesses: [], words: 0, passages: 0 };
      unread.push({ id, ...nothing, error: { code, message } });
    }
  }
  return { pages, unread };
}

/**
 * Reads pages from JSON lines with `id`, `title`, `text`, gzipped or not. Copies are kept: a
 * question may name any of them.
 */
export function readKnowledgeFile(path: string): KnowledgeDocument[] {
  const bytes = readFileLimited(callerPath(path), MAX_FILE_BYTES);
  const text = bytesToUtf8(isGzip(bytes) ? unzip(path, bytes) : bytes);
  return readJsonLines(path, text, pageSchema).flatMap(({ id, title, text: content }) => {
    const source = { id, content, ...(title === undefined ? {} : { title }) };
    return content.trim() === ''
      ? []
      : [parseKnowledgeDocument(source, { documentBytes: MAX_FILE_BYTES }).document];
  });
}

/** The two first bytes of every gzip member (RFC 1952 §2.3.1). */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unzip(path: string, bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_FILE_BYTES });
  } catch (cause) {
    throw new DdaiError({
      code: 'FILE_UNREADABLE',
      message: `${path} is a damaged gzip file, or one above ${MAX_FILE_BYTES} bytes`,
      remedy: 'Pack it again.',
      cause,
    });
  }
}
