import type { CryptoSuite } from './crypto-suite.ts';
import { addMask, deriveRoundKey, pairNames, pairSign } from './masks.ts';
import type { RoundSecrets } from './round-keys.ts';

/**
 * Masks an encoded update in place (Bonawitz et al. 2017, section 4, round 2): the self mask, plus
 * the pairwise masks with every peer that sealed shares. In the sum over all of them the pairwise
 * masks cancel.
 */
export function maskUpdate(options: {
  readonly suite: CryptoSuite;
  readonly roundId: string;
  readonly own: string;
  readonly secrets: RoundSecrets;
  /** Everyone else who sealed shares. */
  readonly peers: readonly { readonly participantId: string; readonly maskKey: Uint8Array }[];
  readonly coordinates: Uint32Array;
  readonly modulusBits: number;
}): void {
  const { suite, roundId, own, secrets, peers, coordinates, modulusBits } = options;
  const selfKey = selfMaskKey({ suite, roundId, own, selfSeed: secrets.selfSeed });
  addMask({ suite, coordinates, key: selfKey, sign: 1, modulusBits });
  for (const { participantId: peer, maskKey } of peers) {
    const { maskSecret } = secrets;
    const key = pairMaskKey({ suite, roundId, own, peer, maskSecret, peerKey: maskKey });
    addMask({ suite, coordinates, key, sign: pairSign(own, peer), modulusBits });
  }
}

/** The key of a client's own mask. */
export function selfMaskKey(options: {
  readonly suite: CryptoSuite;
  readonly roundId: string;
  readonly own: string;
  readonly selfSeed: Uint8Array;
}): Uint8Array {
  const { suite, roundId, own, selfSeed } = options;
  return deriveRoundKey({ suite, secret: selfSeed, label: 'self-mask', roundId, names: [own] });
}

/** The key of a pair's mask: the same from both ends. */
export function pairMaskKey(options: {
  readonly suite: CryptoSuite;
  readonly roundId: string;
  readonly own: string;
  readonly peer: string;
  readonly maskSecret: Uint8Array;
  readonly peerKey: Uint8Array;
}): Uint8Array {
  const { suite, roundId, own, peer, maskSecret, peerKey } = options;
  const secret = suite.x25519(maskSecret, peerKey);
  return deriveRoundKey({
    suite,
    secret,
    label: 'pair-mask',
    roundId,
    names: pairNames(own, peer),
  });
}
