import { describe, expect, it } from 'vitest';
import { encodeImages, parseIdx } from '../src/index.ts';
import { refusalOf } from './refusal.ts';

function idx(shape: readonly number[], values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  bytes.set([0, 0, 8, shape.length]);
  const view = new DataView(bytes.buffer);
  shape.forEach((size, i) => {
    view.setUint32(4 + 4 * i, size);
  });
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}

const parse = (content: Uint8Array): ReturnType<typeof parseIdx> =>
  parseIdx({ file: 'x.idx', content });

describe('IDX files', () => {
  it('become pixels from 0 to 1 with a label an image', () => {
    const images = parse(idx([2, 1, 2], [0, 255, 51, 102]));
    const labels = parse(idx([2], [1, 0]));
    const examples = encodeImages({ file: 'x', images, labels, classes: 2 });
    expect(examples.width).toBe(2);
    expect([...examples.targets]).toEqual([1, 0]);
    expect(examples.features[1]).toBe(1);
    expect(examples.features[2]).toBeCloseTo(0.2, 6);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['another magic number', new Uint8Array([1, 0, 8, 1, 0, 0, 0, 0])],
    ['floats', new Uint8Array([0, 0, 0x0d, 1, 0, 0, 0, 0])],
    ['no dimensions', new Uint8Array([0, 0, 8, 0])],
    ['two hundred dimensions', new Uint8Array([0, 0, 8, 200, 1])],
    ['a size without bytes', idx([5], [1, 2])],
    ['bytes beyond its sizes', idx([1], [1, 2])],
    ['four billion images', idx([0xffffffff, 0xffffffff], [])],
  ])('with %s are refused', async (_, content) => {
    expect((await refusalOf(() => parse(content))).code).toBe('IMAGES_MALFORMED');
  });

  it.each([
    ['fewer labels than images', [2, 1, 1], [1, 2], [1], [0], 2],
    ['a label beyond the classes', [1, 1, 1], [1], [1], [7], 2],
    ['no images', [0, 1, 1], [], [0], [], 2],
    ['images of one dimension', [2], [1, 2], [2], [0, 1], 2],
  ])('with %s are refused', async (_, shape, values, labelShape, labels, classes) => {
    const images = parse(idx(shape, values));
    const error = await refusalOf(() =>
      encodeImages({ file: 'x', images, labels: parse(idx(labelShape, labels)), classes }),
    );
    expect(error.code).toBe('IMAGES_MALFORMED');
  });
});
