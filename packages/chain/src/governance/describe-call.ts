import { type AddressBook, CONTRACT_ABIS, type ContractName } from '@ddai/protocol';
import { type Abi, type Address, decodeFunctionData, type Hex } from 'viem';
import { CALL_SENTENCES } from './call-sentences.ts';

/** A call in words, for whoever is about to sign or vote. */
export interface CallDescription {
  /** One sentence. */
  readonly words: string;
  /** The same, exactly: `PaymentsEscrow.setFee(400, 8000)`; raw bytes where nothing is known. */
  readonly call: string;
}

/**
 * Decodes one call of a proposal. Whatever is not known to this version is shown raw and said to be
 * unknown: never guessed.
 */
export function describeCall(
  { to, data }: { readonly to: Address; readonly data: Hex },
  book: AddressBook,
): CallDescription {
  const contract = contractAt(to, book);
  const unknown = (reason: string): CallDescription => ({
    words: `UNKNOWN: ${reason}. Do not sign what you cannot read.`,
    call: `${to} ${data}`,
  });
  if (contract === undefined) return unknown(`${to} is no contract of this deployment`);
  let decoded: { functionName: string; args: readonly unknown[] };
  try {
    const { functionName, args = [] } = decodeFunctionData({
      abi: CONTRACT_ABIS[contract] as Abi,
      data,
    });
    decoded = { functionName, args };
  } catch {
    return unknown(`${contract} has no function that these bytes would call`);
  }
  const { functionName, args } = decoded;
  const sentence = CALL_SENTENCES[`${contract}.${functionName}`] ?? CALL_SENTENCES[functionName];
  const call = `${contract}.${functionName}(${args.map(showValue).join(', ')})`;
  const words =
    sentence === undefined
      ? `Calls ${functionName} of ${contract}: see below.`
      : sentence(args, {
          contract,
          nameOf: (address) => contractAt(address, book) ?? address,
          describe: (nested) => describeCall({ to, data: nested }, book).words,
        });
  return { words, call };
}

function contractAt(address: Address, { contracts }: AddressBook): ContractName | undefined {
  const names = Object.keys(contracts) as ContractName[];
  return names.find((name) => contracts[name].toLowerCase() === address.toLowerCase());
}

function showValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(showValue).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `(${Object.values(value).map(showValue).join(', ')})`;
  if (typeof value === 'string' && !value.startsWith('0x')) return JSON.stringify(value);
  return String(value);
}
