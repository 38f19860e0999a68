import { assertInvariant, concatBytes, equalBytes } from '@ddai/core';
import { combine, split } from 'shamir-secret-sharing';
import { learningError } from '../errors.ts';
import type { CryptoSuite } from './crypto-suite.ts';
import { deriveRoundKey, KEY_LENGTH } from './masks.ts';
import { commitToSeed, type RoundPublicKeys, type RoundSecrets } from './round-keys.ts';

/** Bytes of one Shamir share over GF(2^8): the secret's 32 and the x coordinate. */
export const SHARE_LENGTH = KEY_LENGTH + 1;
/** Bytes of a sealed pair of shares: both shares and the tag of AES-GCM. */
export const SEALED_LENGTH = 2 * SHARE_LENGTH + 16;
/** Sets of shares tried before a secret counts as lost: every single one out, and some more. */
const MAX_SELECTIONS = 256;

/** What one member holds of another: at most one of the two ever leaves it. */
export interface HeldShares {
  readonly keyShare: Uint8Array;
  readonly seedShare: Uint8Array;
}

/** A pair of shares on its way to `to`. */
export interface SealedShares {
  readonly to: string;
  readonly ciphertext: Uint8Array;
}

interface Channel {
  readonly suite: CryptoSuite;
  readonly roundId: string;
  readonly channelSecret: Uint8Array;
  readonly peerKey: Uint8Array;
  readonly from: string;
  readonly to: string;
}

/**
 * Shares both secrets among all members, the owner included (so that its own share counts towards
 * the threshold), and seals each pair for its member under a key of that direction and round.
 */
export async function sealShares(options: {
  readonly suite: CryptoSuite;
  readonly roundId: string;
  readonly own: string;
  readonly secrets: RoundSecrets;
  readonly threshold: number;
  readonly members: readonly { readonly participantId: string; readonly channelKey: Uint8Array }[];
}): Promise<{ readonly own: HeldShares; readonly sealed: SealedShares[] }> {
  const { suite, roundId, own, secrets, threshold, members } = options;
  const keyShares = await split(secrets.maskSecret, members.length, threshold);
  const seedShares = await split(secrets.selfSeed, members.length, threshold);
  const sealed: SealedShares[] = [];
  let kept: HeldShares | undefined;
  members.forEach(({ participantId: to, channelKey }, i) => {
    const pair = { keyShare: keyShares[i] as Uint8Array, seedShare: seedShares[i] as Uint8Array };
    if (to === own) {
      kept = pair;
      return;
    }
    const { channelSecret } = secrets;
    const sealing = seal({ suite, roundId, channelSecret, peerKey: channelKey, from: own, to });
    const plaintext = concatBytes(pair.keyShare, pair.seedShare);
    sealed.push({ to, ciphertext: suite.sealAes256Gcm({ ...sealing, plaintext }) });
  });
  assertInvariant(kept !== undefined, 'a member seals shares of a cohort that it belongs to');
  return { own: kept, sealed };
}

/** @throws {DdaiError} `SECAGG_SHARE_INVALID` when the sealed pair is not from that peer and round. */
export function openShares(options: Channel & { readonly ciphertext: Uint8Array }): HeldShares {
  const plaintext = options.suite.openAes256Gcm({
    ...seal(options),
    ciphertext: options.ciphertext,
  });
  if (plaintext.length !== 2 * SHARE_LENGTH) {
    throw learningError({
      code: 'SECAGG_SHARE_INVALID',
      message: `shares from ${options.from} have ${plaintext.length} bytes`,
    });
  }
  return {
    keyShare: plaintext.slice(0, SHARE_LENGTH),
    seedShare: plaintext.slice(SHARE_LENGTH),
  };
}

/** Recovers a mask key that gives the advertised public key; undefined when the shares don't. */
export function recoverMaskSecret(options: {
  readonly suite: CryptoSuite;
  readonly keys: RoundPublicKeys;
  readonly shares: readonly Uint8Array[];
  readonly threshold: number;
}): Promise<Uint8Array | undefined> {
  const { suite, keys } = options;
  return recover(options, (secret) => equalBytes(suite.x25519PublicKey(secret), keys.maskKey));
}

/** Recovers a self seed that fits its commitment; undefined when the shares don't. */
export function recoverSelfSeed(options: {
  readonly suite: CryptoSuite;
  readonly keys: RoundPublicKeys;
  readonly shares: readonly Uint8Array[];
  readonly threshold: number;
}): Promise<Uint8Array | undefined> {
  const { suite, keys } = options;
  return recover(options, (seed) => equalBytes(commitToSeed(suite, seed), keys.seedCommitment));
}

function seal(channel: Channel): {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly associatedData: Uint8Array;
} {
  const { suite, roundId, from, to } = channel;
  const secret = suite.x25519(channel.channelSecret, channel.peerKey);
  const names = [from, to];
  // One message a key, so the nonce may be constant.
  return {
    key: deriveRoundKey({ suite, secret, label: 'share-channel', roundId, names }),
    nonce: new Uint8Array(12),
    associatedData: new Uint8Array(),
  };
}

/** Tries sets of `threshold` shares until one passes: a false share only costs time. */
async function recover(
  options: { readonly shares: readonly Uint8Array[]; readonly threshold: number },
  isRight: (secret: Uint8Array) => boolean,
): Promise<Uint8Array | undefined> {
  const { shares, threshold } = options;
  let tried = 0;
  for (const chosen of selections(shares, threshold)) {
    if (tried++ === MAX_SELECTIONS) return undefined;
    const secret = await combine(chosen).catch(() => undefined);
    if (secret?.length === KEY_LENGTH && isRight(secret)) return secret;
  }
  return undefined;
}

/**
 * Sets of `size` items. Runs of neighbours first, wrapping around: among any number of items these
 * leave out every single false one. Then all sets in order.
 */
function* selections<T>(items: readonly T[], size: number): Generator<T[]> {
  if (items.length < size) return;
  const around = [...items, ...items];
  for (let start = 0; start < items.length; start++) yield around.slice(start, start + size);
  yield* combinations(items, size);
}

function* combinations<T>(items: readonly T[], size: number): Generator<T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let first = 0; first + size <= items.length; first++) {
    for (const rest of combinations(items.slice(first + 1), size - 1)) {
      yield [items[first] as T, ...rest];
    }
  }
}
