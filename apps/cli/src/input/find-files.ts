import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DdaiError } from '@ddai/core';
import { callerPath } from './caller-path.ts';

/**
 * Files below a folder whose name `isWanted`, as paths below it, sorted. Links are not followed: they
 * may lead out of the folder, or round in circles.
 * @throws {DdaiError} `DIRECTORY_UNREADABLE`
 */
export function findFiles(directory: string, isWanted: (name: string) => boolean): string[] {
  const root = callerPath(directory);
  try {
    return [...walk(root, isWanted)].map((path) => relative(root, path)).sort();
  } catch (cause) {
    throw new DdaiError({
      code: 'DIRECTORY_UNREADABLE',
      message: `cannot read the folder ${directory} (${(cause as NodeJS.ErrnoException).code})`,
      remedy: 'Name a folder that this user may read.',
      cause,
    });
  }
}

function* walk(directory: string, isWanted: (name: string) => boolean): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* walk(path, isWanted);
    else if (entry.isFile() && isWanted(entry.name)) yield path;
  }
}
