import { type Address, zeroAddress } from 'viem';
import { readContract } from '../calls/contract-call.ts';
import type { ChainClient } from '../chain-client.ts';

/** The node that an account speaks for: as its operator, or as a signer it has or had. */
export async function findOperator(
  chain: ChainClient,
  account: Address,
): Promise<Address | undefined> {
  const operator = await readContract(chain, {
    contract: 'NodeRegistry',
    functionName: 'operatorOf',
    args: [account],
  });
  if (operator !== zeroAddress) return operator;
  const [signer] = await readContract(chain, {
    contract: 'NodeRegistry',
    functionName: 'keysOf',
    args: [account],
  });
  return signer === zeroAddress ? undefined : account;
}
