import { DdaiError } from '@ddai/core';
import { type AddressBook, CONTRACT_ABIS, type ContractName } from '@ddai/protocol';
import { type Abi, type AbiFunction, type Address, encodeFunctionData, type Hex } from 'viem';
import { parseArgument } from './parse-argument.ts';
import { splitList } from './split-list.ts';

/** One call of a contract of ours, as text said it and as the chain will see it. */
export interface ParsedCall {
  readonly contract: ContractName;
  readonly functionName: string;
  readonly args: readonly unknown[];
  readonly to: Address;
  readonly data: Hex;
}

const MAX_CALL_CHARACTERS = 20_000;
const CALL = /^\s*([A-Za-z]+)\.([A-Za-z0-9_]+)\s*\(([\s\S]*)\)\s*$/;

/**
 * Reads a call such as `PaymentsEscrow.setFee(400, 8000)` against the contracts' ABIs. Amounts may
 * say `12.5 DDAI`, moments `2027-01-31`, addresses the name of a contract, tuples `(…)` in the order
 * of their fields.
 *
 * @throws {DdaiError} `CALL_INVALID` naming contract, function, argument and what was expected
 */
export function parseCall(text: string, book: AddressBook): ParsedCall {
  const match = text.length <= MAX_CALL_CHARACTERS ? CALL.exec(text) : null;
  if (match === null) {
    throw invalid(`${shorten(text)} is no call`, 'Write Contract.function(argument, …).');
  }
  const [, contractName = '', functionName = '', list = ''] = match;
  if (!Object.hasOwn(CONTRACT_ABIS, contractName)) {
    throw invalid(
      `there is no contract ${contractName}`,
      `Contracts: ${Object.keys(CONTRACT_ABIS).join(', ')}.`,
    );
  }
  const contract = contractName as ContractName;
  const abi = CONTRACT_ABIS[contract] as Abi;
  const given = splitList(list);
  const functions = abi.filter(
    (item): item is AbiFunction =>
      item.type === 'function' &&
      item.name === functionName &&
      item.stateMutability !== 'view' &&
      item.stateMutability !== 'pure',
  );
  const [first] = functions;
  if (first === undefined) {
    throw invalid(
      `${contract} has no function ${functionName} that changes anything`,
      `It has: ${writable(abi).join(', ')}.`,
    );
  }
  const found = functions.find(({ inputs }) => inputs.length === given.length);
  if (found === undefined) {
    throw invalid(
      `${contract}.${functionName} takes ${first.inputs.length} arguments, not ${given.length}`,
      `It is ${functionName}(${first.inputs.map(({ type, name }) => `${type} ${name}`).join(', ')}).`,
    );
  }
  const args = found.inputs.map((input, index) => {
    const where = `${contract}.${functionName}, argument ${index + 1} (${input.name || input.type})`;
    return parseArgument(given[index] ?? '', { type: input, where, book });
  });
  return {
    contract,
    functionName,
    args,
    to: book.contracts[contract],
    data: encodeFunctionData({ abi: [found], functionName, args }),
  };
}

function writable(abi: Abi): string[] {
  const names = abi.flatMap((item) =>
    item.type === 'function' && item.stateMutability === 'nonpayable' ? [item.name] : [],
  );
  return [...new Set(names)].sort();
}

function invalid(message: string, remedy: string): DdaiError {
  return new DdaiError({ code: 'CALL_INVALID', message, remedy });
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
