/**
 * The primitives that secure aggregation stands on, injected so that a browser can bring its own.
 * Everything is synchronous and bytes in, bytes out.
 */
export interface CryptoSuite {
  /** FIPS 180-4. */
  sha256(bytes: Uint8Array): Uint8Array;
  /** RFC 5869 with SHA-256. */
  hkdfSha256(input: {
    readonly secret: Uint8Array;
    readonly salt: Uint8Array;
    readonly info: Uint8Array;
    readonly length: number;
  }): Uint8Array;
  /** RFC 7748: the public key of 32 secret bytes. */
  x25519PublicKey(secretKey: Uint8Array): Uint8Array;
  /**
   * RFC 7748: the shared secret.
   * @throws {DdaiError} `SECAGG_PEER_INVALID` when it is all zero (a point of small order).
   */
  x25519(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array;
  /** NIST SP 800-38A counter mode with a 128-bit big-endian counter that starts at `iv`. */
  aes256Ctr(input: {
    readonly key: Uint8Array;
    readonly iv: Uint8Array;
    readonly data: Uint8Array;
  }): Uint8Array;
  /** NIST SP 800-38D, 16-byte tag appended. */
  sealAes256Gcm(input: SealInput & { readonly plaintext: Uint8Array }): Uint8Array;
  /** @throws {DdaiError} `SECAGG_SHARE_INVALID` when the tag does not hold. */
  openAes256Gcm(input: SealInput & { readonly ciphertext: Uint8Array }): Uint8Array;
}

export interface SealInput {
  readonly key: Uint8Array;
  /** 12 bytes, never twice under one key. */
  readonly nonce: Uint8Array;
  readonly associatedData: Uint8Array;
}
