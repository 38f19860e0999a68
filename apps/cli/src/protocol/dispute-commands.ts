import { contractCall, readContract, sealInput, showTokens } from '@ddai/chain';
import { disputeManagerAbi, type SignedAttestation } from '@ddai/protocol';
import { readFileLimited } from '@ddai/storage';
import type { Command } from 'commander';
import { bytesToHex, keccak256, parseEventLogs } from 'viem';
import { callerPath } from '../input/caller-path.ts';
import { type AccountFlags, withAccountFlags } from './account-flags.ts';
import { openAccountStore } from './account-store.ts';
import { readAttestationFile } from './attestation-file.ts';
import { addDisputeEvidenceCommand } from './dispute-evidence.ts';
import { addDisputeInputCommands, inputKeyName } from './dispute-input.ts';
import { addDisputeShowCommand, readDispute, showDue } from './dispute-show.ts';
import { addJuryCommands } from './jury-commands.ts';
import { addJuryFeeCommands } from './jury-fee-commands.ts';
import { approvalFor, transact } from './transact.ts';
import { addVerdictCommands } from './verdict-commands.ts';

/** With 16 bytes of its seal, what one transaction may post. */
const MAX_INPUT_BYTES = 32_768 - 16;

/** `ddai dispute …`: evidence against nodes, juries, verdicts. */
export function addDisputeCommands(program: Command): void {
  const dispute = program
    .command('dispute')
    .description('Prove a node’s fault, or have a jury judge its answer');
  withAccountFlags(
    dispute
      .command('prove-equivocation <first> <second>')
      .description('Two attestations that contradict each other: slashed at once; by anybody'),
  ).action(proveEquivocation);
  withAccountFlags(
    dispute
      .command('open <attestation>')
      .description('Have a jury judge a deterministic answer; by its payer, with a bond')
      .requiredOption('--input <file>', 'what the node was asked; sealed, then posted'),
  ).action(open);
  addDisputeEvidenceCommand(dispute);
  addDisputeInputCommands(dispute);
  addJuryCommands(dispute);
  addJuryFeeCommands(dispute);
  addVerdictCommands(dispute);
  addDisputeShowCommand(dispute);
}

async function proveEquivocation(
  firstFile: string,
  secondFile: string,
  flags: AccountFlags,
): Promise<void> {
  const [first, second] = [readAttestationFile(firstFile), readAttestationFile(secondFile)];
  await transact(flags, ({ chain }) => ({
    words: [
      `You prove that ${first.node} signed two results for request ${first.requestId}.`,
      'It loses its stake and is out for good; you get the reporter’s share.',
    ],
    requests: [
      contractCall(chain, {
        contract: 'DisputeManager',
        functionName: 'proveEquivocation',
        args: [first, first.signature, second, second.signature],
        label: 'prove an equivocation',
      }),
    ],
    outcome: async (receipts) => {
      const [event] = parseEventLogs({
        abi: disputeManagerAbi,
        eventName: 'EquivocationProven',
        logs: receipts.at(-1)?.logs ?? [],
      });
      const taken = event?.args.taken ?? 0n;
      return {
        lines: [`Proven: ${showTokens(taken)} slashed.`],
        result: { node: first.node, taken },
      };
    },
  }));
}

async function open(file: string, flags: AccountFlags & { input: string }): Promise<void> {
  const attestation = readAttestationFile(file);
  const plain = readFileLimited(callerPath(flags.input), MAX_INPUT_BYTES);
  await transact(flags, async (opened) => {
    const { chain, account } = opened;
    const { sealed, key } = sealInput(plain);
    const inputHash = keccak256(sealed);
    const [frozen, bond] = await estimateBond(opened, attestation);
    // Before the input is posted: without the key nobody on the jury could open it.
    openAccountStore(account.address, 'disputes').write(inputKeyName(inputHash), {
      key: bytesToHex(key),
    });
    return {
      words: [
        `You dispute the answer of ${attestation.node} to request ${attestation.requestId}.`,
        `Up to ${showTokens(frozen)} of its stake are frozen. You post a bond of up to ${showTokens(bond)}: a jury's pay, and what the node gets if it is acquitted.`,
        `The input (${plain.length} bytes) is posted sealed; after the claims give its key to the jury with \`ddai dispute post-keys\`.`,
      ],
      requests: [
        ...(await approvalFor(opened, 'DisputeManager', bond)),
        contractCall(chain, {
          contract: 'DisputeManager',
          functionName: 'openDispute',
          args: [attestation, attestation.signature, inputHash, bytesToHex(sealed)],
          label: 'open a dispute',
        }),
      ],
      outcome: async (receipts) => {
        const [event] = parseEventLogs({
          abi: disputeManagerAbi,
          eventName: 'DisputeOpened',
          logs: receipts.at(-1)?.logs ?? [],
        });
        const id = event?.args.disputeId ?? 0n;
        const state = await readDispute(chain, id);
        return {
          lines: [`Opened as dispute ${id}. ${showDue(state)}`],
          result: { dispute: id, frozen: event?.args.frozen, bond: event?.args.bond },
        };
      },
    };
  });
}

/** The most that can be frozen and posted: the contract freezes less if less is left. */
async function estimateBond(
  { chain }: Parameters<typeof approvalFor>[0],
  { node }: SignedAttestation,
): Promise<readonly [frozen: bigint, bond: bigint]> {
  const latest = await readContract(chain, {
    contract: 'DisputeManager',
    functionName: 'latestParameters',
    args: [],
  });
  const { wrongAnswerCutBps } = await readContract(chain, {
    contract: 'DisputeManager',
    functionName: 'parameters',
    args: [latest],
  });
  const { active, thawing } = await readContract(chain, {
    contract: 'Staking',
    functionName: 'position',
    args: [node, 0],
  });
  const frozen = ((active + thawing) * BigInt(wrongAnswerCutBps) + 9_999n) / 10_000n;
  const bond = await readContract(chain, {
    contract: 'DisputeManager',
    functionName: 'bondFor',
    args: [frozen, false],
  });
  return [frozen, bond];
}
