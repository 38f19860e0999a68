import { concatBytes, type RandomBytes, utf8ToBytes } from '@ddai/core';
import type { CryptoSuite } from './crypto-suite.ts';
import { KEY_LENGTH } from './masks.ts';

/** One participant's secrets for one round; fresh for each, erased when it ends. */
export interface RoundSecrets {
  /** x25519: seals shares to peers. */
  readonly channelSecret: Uint8Array;
  /** x25519: agrees on pairwise masks; shared out, so that a dropout's masks can be removed. */
  readonly maskSecret: Uint8Array;
  /** Seeds the self mask; shared out, so that a survivor's can be removed. */
  readonly selfSeed: Uint8Array;
}

/** What the others learn of {@link RoundSecrets}. */
export interface RoundPublicKeys {
  readonly channelKey: Uint8Array;
  readonly maskKey: Uint8Array;
  /** SHA-256 of the self seed behind a label: shows later whether a recovered seed is the one. */
  readonly seedCommitment: Uint8Array;
}

export function createRoundSecrets(randomBytes: RandomBytes): RoundSecrets {
  return {
    channelSecret: randomBytes(KEY_LENGTH),
    maskSecret: randomBytes(KEY_LENGTH),
    selfSeed: randomBytes(KEY_LENGTH),
  };
}

export function publicKeysOf(suite: CryptoSuite, secrets: RoundSecrets): RoundPublicKeys {
  return {
    channelKey: suite.x25519PublicKey(secrets.channelSecret),
    maskKey: suite.x25519PublicKey(secrets.maskSecret),
    seedCommitment: commitToSeed(suite, secrets.selfSeed),
  };
}

/** The seed has 256 random bits, so its hash needs no salt. */
export function commitToSeed(suite: CryptoSuite, selfSeed: Uint8Array): Uint8Array {
  return suite.sha256(concatBytes(utf8ToBytes('ddai-secagg-v1/self-seed/'), selfSeed));
}
