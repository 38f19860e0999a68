import { setTimeout as delay } from 'node:timers/promises';
import { createSemanticRetriever, type Retriever, type SemanticRetriever } from '@ddai/assistant';
import { bytesToUtf8, DdaiError } from '@ddai/core';
import {
  createBundledEncoder,
  createEndpointEncoder,
  importPackages,
  parseEncoders,
} from '@ddai/encoders';
import { readFileLimited } from '@ddai/storage';
import { callerPath } from '../input/caller-path.ts';

const MAX_ENCODERS_BYTES = 64 * 1024;
/** The first question loads weights, and an evaluation has the time. */
const LOADING_MILLISECONDS = 60_000;

/**
 * What ranks by words and by the encoder of that name in the operator's file.
 * @throws {DdaiError} `ENCODERS_INVALID`, also for a name that is not in it; `ENCODER_NOT_INSTALLED`
 */
export async function openSemanticRetriever(
  retriever: Retriever,
  { name, file }: { readonly name: string; readonly file: string | undefined },
): Promise<SemanticRetriever> {
  const path = file === undefined ? undefined : callerPath(file);
  const configured =
    path === undefined
      ? {}
      : parseEncoders(bytesToUtf8(readFileLimited(path, MAX_ENCODERS_BYTES)), {
          file: path,
          environment: process.env,
        });
  const settings = Object.hasOwn(configured, name) ? configured[name] : undefined;
  if (settings === undefined) {
    throw new DdaiError({
      code: 'ENCODERS_INVALID',
      message: `${path ?? '--encoders'}: no encoder named ${name}`,
      remedy: 'Name the file that has it with --encoders; it is that of `ddai gateway`.',
    });
  }
  const importModule = (module: string): Promise<unknown> => import(module);
  const isBundled = 'bundled' in settings;
  if (isBundled) await importPackages(importModule);
  const encoder = isBundled
    ? createBundledEncoder(importModule)
    : createEndpointEncoder(name, settings, fetch);
  return createSemanticRetriever(
    { timeout: isBundled ? LOADING_MILLISECONDS : settings.timeout },
    { retriever, encoder, delay: (ms) => delay(ms, undefined, { ref: false }) },
  );
}
