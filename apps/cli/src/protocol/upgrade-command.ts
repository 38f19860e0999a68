import { readContract } from '@ddai/chain';
import { RepeatableOption } from '@ddai/command-line';
import {
  isParameterName,
  networkOf,
  type ProtocolParameters,
  parseArtifact,
  planUpgrade,
  protocolParameters,
} from '@ddai/contracts';
import { bytesToUtf8, DdaiError } from '@ddai/core';
import type { ContractName } from '@ddai/protocol';
import { readFileLimited } from '@ddai/storage';
import type { Command } from 'commander';
import { callerPath } from '../input/caller-path.ts';
import { type AccountFlags, withAccountFlags } from './account-flags.ts';
import type { OpenAccount } from './open-account.ts';
import { transact } from './transact.ts';

interface UpgradeFlags extends AccountFlags {
  readonly artifact?: string;
  readonly set: readonly string[];
}

const MAX_ARTIFACT_BYTES = 4 * 1024 * 1024;

/** `ddai dao prepare-upgrade`: puts new code on chain, where nothing uses it until the DAO says so. */
export function addUpgradeCommand(dao: Command): void {
  withAccountFlags(
    dao
      .command('prepare-upgrade <contract>')
      .description('Check the storage layout and deploy new code; the DAO then announces it')
      .option('--artifact <file>', 'artifact of the new code; default this version’s')
      .addOption(
        new RepeatableOption('--set <parameter=value>', 'such as stakeThaw=16, in seconds'),
      ),
  ).action(prepareUpgrade);
}

async function prepareUpgrade(contract: string, flags: UpgradeFlags): Promise<void> {
  await transact(flags, async (open) => {
    const { chain } = open;
    const path = flags.artifact === undefined ? undefined : callerPath(flags.artifact);
    const { implementation, creation } = planUpgrade({
      addressBook: chain.addressBook,
      contract: contract as ContractName,
      parameters: withChanges(await readParameters(open), flags.set),
      ...(path === undefined
        ? {}
        : {
            artifact: parseArtifact(
              () => bytesToUtf8(readFileLimited(path, MAX_ARTIFACT_BYTES)),
              path,
            ),
          }),
    });
    const code = await chain.publicClient.getCode({ address: implementation });
    return {
      words: [
        `You put new code for ${contract} at ${implementation}. Its storage layout extends the present one.`,
        'Nothing uses it before the DAO has announced it, waited 21 days, and executed it.',
      ],
      requests:
        code === undefined
          ? [{ ...creation, label: `deploy an implementation of ${contract}` }]
          : [],
      outcome: async () => ({
        lines: [
          'Propose first, and again once the announcement is 21 days old:',
          `  ddai dao propose --why "…" --call '${contract}.announceUpgrade(${implementation}, 0x)'`,
          `  ddai dao propose --why "…" --call '${contract}.upgradeToAndCall(${implementation}, 0x)'`,
        ],
        result: { contract, implementation },
      }),
    };
  });
}

async function readParameters({ chain }: OpenAccount): Promise<ProtocolParameters> {
  const timeUnit = await readContract(chain, {
    contract: 'Staking',
    functionName: 'timeUnit',
    args: [],
  });
  const network = networkOf(timeUnit);
  if (network !== undefined) return protocolParameters(network);
  throw new DdaiError({
    code: 'UPGRADE_IMPOSSIBLE',
    message: `the deployment's time unit is ${timeUnit} seconds, which no known network has`,
    remedy: 'Add the network to deploy/parameters.ts.',
  });
}

function withChanges(parameters: ProtocolParameters, set: readonly string[]): ProtocolParameters {
  const changes = set.map((text) => {
    const [name = '', value = ''] = text.split('=');
    if (isParameterName(name) && /^\d{1,40}$/.test(value)) return [name, BigInt(value)] as const;
    throw new DdaiError({
      code: 'FLAG_INVALID',
      message: `--set ${text} names no parameter and whole number`,
      remedy: 'Write name=value, with a name of packages/contracts/deploy/parameters.ts.',
    });
  });
  return { ...parameters, ...Object.fromEntries(changes) };
}
