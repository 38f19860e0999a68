import { utf8ToBytes } from '@ddai/core';
import { pad, toHex } from 'viem';
import { expect, test } from 'vitest';
import {
  createJurorKey,
  openInput,
  sealInput,
  unwrapInputKey,
  wrapInputKey,
} from '../src/disputes/sealed-input.ts';

const INPUT = utf8ToBytes('What does ticket 7 ask for?');
const jurors = [1, 2, 3].map((index) => ({
  juror: pad(toHex(index), { size: 20 }),
  ...createJurorKey(),
}));

test('every juror opens the input, each with its own key', () => {
  const { sealed, key } = sealInput(INPUT);
  const wrapped = wrapInputKey(key, jurors);
  for (const { juror, privateKey } of jurors) {
    const opened = unwrapInputKey(wrapped, { juror, privateKey });
    expect(opened && openInput(sealed, opened)).toEqual(INPUT);
  }
});

test('nobody else does', () => {
  const { key } = sealInput(INPUT);
  const [first, second] = jurors;
  if (first === undefined || second === undefined) throw new Error('there are jurors');
  const wrapped = wrapInputKey(key, [first]);
  const { privateKey } = second;
  expect(unwrapInputKey(wrapped, { juror: second.juror, privateKey })).toBeUndefined();
  expect(() => unwrapInputKey(wrapped, { juror: first.juror, privateKey })).toThrow(/be opened/);
});

test('a changed input is noticed', () => {
  const { sealed, key } = sealInput(INPUT);
  sealed[3] = (sealed[3] ?? 0) ^ 1;
  expect(() => openInput(sealed, key)).toThrow(/be opened/);
});

test('a juror with a worthless public key opens nothing and stops nobody', () => {
  const { key } = sealInput(INPUT);
  const [first] = jurors;
  if (first === undefined) throw new Error('there are jurors');
  const idle = { juror: pad('0x09', { size: 20 }), publicKey: new Uint8Array(32) };
  const wrapped = wrapInputKey(key, [idle, first]);
  expect(unwrapInputKey(wrapped, first)).toEqual(new Uint8Array(key));
});
