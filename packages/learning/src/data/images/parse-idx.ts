import { learningError } from '../../errors.ts';

/** Bytes: the only element type that images and labels have (MNIST, Fashion-MNIST, EMNIST). */
const UNSIGNED_BYTE = 0x08;
const MAX_DIMENSIONS = 4;

/** What an IDX file may hold at most, after it was unpacked. */
export const MAX_IDX_BYTES = 1024 * 2 ** 20;

/** An array of bytes with its shape, the first dimension counting items. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

/**
 * Reads an IDX file, the format of MNIST (LeCun, "THE MNIST DATABASE", file formats): two zero
 * bytes, element type, number of dimensions, each size as a big-endian 32-bit number, then the values.
 * @throws {DdaiError} `IMAGES_MALFORMED` when sizes and length differ, or the elements are no bytes.
 */
export function parseIdx(options: {
  readonly file: string;
  readonly content: Uint8Array;
}): IdxArray {
  const { file, content } = options;
  const dimensions = content[3] ?? 0;
  const start = 4 + 4 * dimensions;
  if (content.length < 4 || content[0] !== 0 || content[1] !== 0) refuse(file, 'not an IDX file');
  if (content[2] !== UNSIGNED_BYTE) refuse(file, 'its elements are not unsigned bytes');
  if (dimensions < 1 || dimensions > MAX_DIMENSIONS || content.length < start) {
    refuse(file, `${dimensions} dimensions, expected 1 to ${MAX_DIMENSIONS}`);
  }
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const length = shape.reduce((product, size) => product * size, 1);
  if (length > MAX_IDX_BYTES) refuse(file, `${length} values, at most ${MAX_IDX_BYTES} are read`);
  if (length !== content.length - start) {
    refuse(
      file,
      `sizes ${shape.join(' × ')} need ${length} bytes, found ${content.length - start}`,
    );
  }
  return { shape, values: content.subarray(start) };
}

function refuse(file: string, reason: string): never {
  throw learningError({
    code: 'IMAGES_MALFORMED',
    message: `${file}: ${reason}`,
    remedy: 'Give IDX files as MNIST has them, unpacked or as .gz.',
    fields: { file, reason },
  });
}
