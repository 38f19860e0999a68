import { DdaiError } from '@ddai/core';
import { InvalidArgumentError } from 'commander';
import { type Address, getAddress, type Hex, isAddress, parseEther } from 'viem';

/** For `argParser`: an amount of DDAI above zero, in wei. */
export function tokensInWei(text: string): bigint {
  const wei = /^\d{1,12}(\.\d{1,18})?$/.test(text) ? parseEther(text) : 0n;
  if (wei > 0n) return wei;
  throw new InvalidArgumentError(
    `"${text.slice(0, 60)}" is no amount. Expected DDAI above zero, such as 1000 or 0.5.`,
  );
}

export function accountAddress(text: string): Address {
  if (isAddress(text)) return getAddress(text);
  throw new InvalidArgumentError(
    `"${text.slice(0, 60)}" is no address. Expected 0x and 40 hexadecimal digits.`,
  );
}

/** A number on chain: of a data set, a dispute, a job, an epoch. */
export function wholeId(text: string): bigint {
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError('Expected a whole number.');
}

/** 32 bytes. */
export function bytes32(text: string): Hex {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase() as Hex;
  throw new InvalidArgumentError('Expected 32 bytes, 0x and 64 hexadecimal digits.');
}

/** Four shares in basis points, or with a percent sign: `35%,35%,15%,15%`. */
export function classShares(text: string): [number, number, number, number] {
  const parts = text.split(',').map((part) => /^(\d{1,5}(?:\.\d{1,2})?)(%?)$/.exec(part.trim()));
  const [a, b, c, d] = parts.map((match) =>
    match === null ? Number.NaN : Math.round(Number(match[1]) * (match[2] === '%' ? 100 : 1)),
  );
  if (
    parts.length === 4 &&
    a !== undefined &&
    b !== undefined &&
    c !== undefined &&
    d !== undefined &&
    a + b + c + d === 10_000
  )
    return [a, b, c, d];
  throw new InvalidArgumentError(
    'Expected four shares for query, compute, storage, validation that add up to 100%, such as 35%,35%,15%,15%.',
  );
}

/** A proposal's number as the governor gives it, or the first digits that name one of `known`. */
export function findId(text: string, known: readonly bigint[]): bigint {
  const matches = /^\d{4,78}$/.test(text) ? known.filter((id) => String(id).startsWith(text)) : [];
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return only;
  throw new DdaiError({
    code: 'PROPOSAL_UNKNOWN',
    message:
      matches.length > 1
        ? `${matches.length} proposals begin with ${text}`
        : `there is no proposal ${text}`,
    remedy: '`ddai dao list` shows all of them; the first digits that tell them apart are enough.',
  });
}
