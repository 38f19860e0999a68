import { bytesToHex, hexToBytes } from '@ddai/core';
import { describe, expect, it } from 'vitest';
import { nodeCryptoSuite as suite } from '../src/index.ts';

const hex = hexToBytes;

describe('nodeCryptoSuite', () => {
  it('agrees with RFC 7748, section 5.2, on x25519', () => {
    const scalar = hex('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4');
    const point = hex('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c');
    expect(bytesToHex(suite.x25519(scalar, point))).toBe(
      'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
    );
  });

  it('agrees with RFC 7748, section 6.1, on key agreement', () => {
    const alice = hex(ALICE_SECRET);
    const bob = hex(BOB_SECRET);
    expect(bytesToHex(suite.x25519PublicKey(alice))).toBe(ALICE_PUBLIC);
    expect(bytesToHex(suite.x25519PublicKey(bob))).toBe(BOB_PUBLIC);
    expect(bytesToHex(suite.x25519(alice, hex(BOB_PUBLIC)))).toBe(SHARED);
    expect(bytesToHex(suite.x25519(bob, hex(ALICE_PUBLIC)))).toBe(SHARED);
  });

  it('refuses points of small order, whose secret is all zero', () => {
    const secret = hex(ALICE_SECRET);
    expect(() => suite.x25519(secret, new Uint8Array(32))).toThrow(/no shared secret/);
  });

  it('agrees with RFC 5869, test cases 1 and 3, on HKDF-SHA256', () => {
    const secret = new Uint8Array(22).fill(0x0b);
    const first = suite.hkdfSha256({
      secret,
      salt: hex('000102030405060708090a0b0c'),
      info: hex('f0f1f2f3f4f5f6f7f8f9'),
      length: 42,
    });
    expect(bytesToHex(first)).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
    const empty = new Uint8Array();
    const third = suite.hkdfSha256({ secret, salt: empty, info: empty, length: 42 });
    expect(bytesToHex(third)).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    );
  });

  it('agrees with NIST SP 800-38A, F.5.5, on AES-256-CTR', () => {
    const encrypted = suite.aes256Ctr({
      key: hex('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4'),
      iv: hex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'),
      data: hex(
        '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51' +
          '30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
      ),
    });
    expect(bytesToHex(encrypted)).toBe(
      '601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5' +
        '2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6',
    );
  });

  it('agrees with the GCM specification, test case 16, on AES-256-GCM', () => {
    const key = hex('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308');
    const nonce = hex('cafebabefacedbaddecaf888');
    const associatedData = hex('feedfacedeadbeeffeedfacedeadbeefabaddad2');
    const plaintext = hex(
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
        '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    );
    const ciphertext = suite.sealAes256Gcm({ key, nonce, associatedData, plaintext });
    expect(bytesToHex(ciphertext)).toBe(
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
        '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b',
    );
    expect(suite.openAes256Gcm({ key, nonce, associatedData, ciphertext })).toEqual(plaintext);
    ciphertext[3] = (ciphertext[3] as number) ^ 1;
    expect(() => suite.openAes256Gcm({ key, nonce, associatedData, ciphertext })).toThrow(
      /does not open/,
    );
    const short = ciphertext.subarray(0, 7);
    expect(() => suite.openAes256Gcm({ key, nonce, associatedData, ciphertext: short })).toThrow(
      /does not open/,
    );
  });

  it('agrees with FIPS 180-4 on SHA-256', () => {
    expect(bytesToHex(suite.sha256(new TextEncoder().encode('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});

const ALICE_SECRET = '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a';
const ALICE_PUBLIC = '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a';
const BOB_SECRET = '5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb';
const BOB_PUBLIC = 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f';
const SHARED = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742';
