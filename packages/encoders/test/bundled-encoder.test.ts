import { describe, expect, test } from 'vitest';
import { createBundledEncoder, importPackages } from '../src/bundled-encoder.ts';
import { parseEncoders } from '../src/parse-encoders.ts';

const absent = (name: string): Promise<unknown> => Promise.reject(new Error(`no ${name}`));
/** As `import` gives CommonJS. */
const installed = async (name: string): Promise<unknown> =>
  name.includes('model')
    ? { default: { modelSource: 'weights' } }
    : {
        default: {
          initModel: async (source: unknown) => ({
            embed: async (texts: string[]) =>
              texts.map(() => [source === 'weights' ? 1 : 0, ...new Array<number>(511).fill(0)]),
          }),
        },
      };

describe('the encoder that npm ships', () => {
  test('is loaded with the weights of its package', async () => {
    const encoding = await createBundledEncoder(installed).encode(['a card']);
    expect('vectors' in encoding ? encoding.vectors[0]?.[0] : undefined).toBe(1);
  });

  test('that is not installed says with which command it would be', async () => {
    await expect(importPackages(absent)).rejects.toMatchObject({
      code: 'ENCODER_NOT_INSTALLED',
      remedy: expect.stringContaining('npm install @energetic-ai/core@'),
    });
    await expect(importPackages(async () => ({}))).rejects.toMatchObject({
      code: 'ENCODER_NOT_INSTALLED',
    });
  });

  test('is the operator’s own machine, and takes no address', () => {
    const parse = (value: unknown) =>
      parseEncoders(JSON.stringify(value), { file: 'encoders.json', environment: {} });
    expect(parse({ own: { bundled: 'universal-sentence-encoder' } })).toEqual({
      own: { bundled: 'universal-sentence-encoder', local: true, timeout: 2_000 },
    });
    for (const entry of [
      { bundled: 'another' },
      { bundled: 'universal-sentence-encoder', baseUrl: 'https://models.example/v1' },
    ]) {
      expect(() => parse({ own: entry })).toThrow(
        expect.objectContaining({
          code: 'ENCODERS_INVALID',
          message: expect.stringContaining('own'),
        }),
      );
    }
  });
});
