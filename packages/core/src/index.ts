export {
  type Brand,
  type Bytes32,
  type Millis,
  toMillis,
  toUnixSeconds,
  toWei,
  type UnixSeconds,
  type Wei,
} from './brand.ts';
export {
  bytesToHex,
  bytesToUtf8,
  concatBytes,
  equalBytes,
  hexToBytes,
  utf8ToBytes,
} from './bytes.ts';
export { type Clock, systemClock, unixSeconds } from './clock.ts';
export {
  assertInvariant,
  DdaiError,
  type DdaiErrorOptions,
  type ErrorFields,
  isDdaiError,
} from './errors.ts';
export { canonicalJson } from './json.ts';
export { type Logger, silentLogger } from './logger.ts';
export {
  createSeededRandom,
  type RandomBytes,
  type SeededRandom,
  systemRandomBytes,
} from './random.ts';
