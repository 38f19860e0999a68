import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { utf8ToBytes } from '@ddai/core';
import { createDdaiClient } from '@ddai/sdk';
import { writeFileDurably } from '@ddai/storage';
import type { Command } from 'commander';
import { type Hex, hexToBytes } from 'viem';
import { callerPath } from '../input/caller-path.ts';
import { readApiKey } from '../input/read-api-key.ts';
import { printResult } from '../output/print-result.ts';

interface EvidenceFlags {
  readonly gateway: string;
  readonly apiKeyFile?: string;
  readonly out: string;
  readonly json: boolean;
}

/** `ddai dispute evidence`: from a gateway's audit to the files that `dispute open` takes. */
export function addDisputeEvidenceCommand(dispute: Command): void {
  dispute
    .command('evidence <audit>')
    .description('Fetch what a dispute over a wrong answer needs from the gateway that audited it')
    .requiredOption(
      '--out <dir>',
      'folder for attestation.json, input.bin, result.bin, expected.bin',
    )
    .option('--gateway <url>', 'of the gateway', 'http://127.0.0.1:8787')
    .option('--api-key-file <file>', 'file with the API key; default the variable DDAI_API_KEY')
    .option('--json', 'print JSON', false)
    .action(evidence);
}

async function evidence(audit: string, flags: EvidenceFlags): Promise<void> {
  const client = createDdaiClient({ baseUrl: flags.gateway, apiKey: readApiKey(flags.apiKeyFile) });
  const { attestation, input, result, expected } = await client.readAuditEvidence(audit);
  const folder = callerPath(flags.out);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = {
    'attestation.json': utf8ToBytes(`${JSON.stringify(attestation, null, 2)}\n`),
    'input.bin': hexToBytes(input as Hex),
    'result.bin': hexToBytes(result as Hex),
    'expected.bin': hexToBytes(expected as Hex),
  };
  for (const [name, bytes] of Object.entries(files)) writeFileDurably(join(folder, name), bytes);
  const paths = Object.keys(files).map((name) => join(folder, name));
  printResult(
    { audit, node: attestation.node, files: paths },
    {
      json: flags.json,
      lines: [
        `Node ${String(attestation.node)} signed what is in result.bin; the same input gives expected.bin.`,
        `By the payer: ddai dispute open ${paths[0]} --input ${paths[1]}`,
      ],
    },
  );
}
