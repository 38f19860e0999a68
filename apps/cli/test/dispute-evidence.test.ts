import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FRAME_KINDS, WORK_CLASSES } from '@ddai/protocol';
import { createTemporaryDirectory } from '@ddai/testkit';
import { keccak256 } from 'viem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerQuery } from '../../gateway/test/support/answer-query.ts';
import { dialAsNode, type ScriptedNode } from '../../gateway/test/support/scripted-node.ts';
import {
  startTestGateway,
  type TestGateway,
  type TestTenant,
} from '../../gateway/test/support/test-gateway.ts';
import { readAttestationFile } from '../src/protocol/attestation-file.ts';
import { runDdai } from './support/run-ddai.ts';

const folder = createTemporaryDirectory();
let gateway: TestGateway;
let tenant: TestTenant;
let liar: ScriptedNode;

beforeAll(async () => {
  gateway = await startTestGateway({ auditRate: 1 });
  tenant = await gateway.addTenant('bank');
  writeFileSync(join(folder.path, 'key'), tenant.apiKey);
  const source = await tenant.client.createKnowledgeSource('help');
  await tenant.client.replacePages(source.id, [
    { path: 'a.md', content: '# Cards\n\nA replacement card costs 8 euros.\n' },
    { path: 'b.md', content: '# Limits\n\nThe daily transfer limit is 10,000 euros.\n' },
  ]);
  const signing = await gateway.chain.addNode([WORK_CLASSES.query]);
  const { chainId, addressBook } = gateway.chain.client;
  const scope = { chainId, verifyingContract: addressBook.contracts.NodeRegistry };
  const place = { url: gateway.url(), scope };
  liar = await dialAsNode({
    ...signing,
    ...place,
    onFrame: async (frame, session) =>
      frame.kind === FRAME_KINDS.queryRequest
        ? answerQuery(frame, { ...place, session }, signing, {
            result: (result) => ({ ...result, text: result.text.replace('8', '9') }),
          })
        : undefined,
  });
});
afterAll(async () => {
  await liar.close();
  await gateway.stop();
  folder.remove();
});

it('ddai dispute evidence writes what dispute open takes, as the node signed it', async () => {
  const content = 'What does a replacement card cost, and what is the daily transfer limit?';
  await tenant.client.complete({ model: 'support', messages: [{ role: 'user', content }] });
  let audits = await tenant.client.listAudits();
  for (let tries = 0; tries < 100 && audits.data.length === 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    audits = await tenant.client.listAudits();
  }
  const out = join(folder.path, 'evidence');

  const args = ['--out', out, '--gateway', gateway.url()];
  const { code, stdout, stderr } = await runDdai(
    [
      ...['dispute', 'evidence', String(audits.data[0]?.id), ...args],
      ...['--api-key-file', join(folder.path, 'key')],
    ],
    { home: join(folder.path, 'home') },
  );

  expect(code, stderr).toBe(0);
  expect(stdout).toContain('ddai dispute open');
  const attestation = readAttestationFile(join(out, 'attestation.json'));
  expect(attestation.resultHash).toBe(keccak256(readFileSync(join(out, 'result.bin'))));
  expect(readFileSync(join(out, 'result.bin'), 'utf8')).toContain('costs 9 euros');
  expect(readFileSync(join(out, 'expected.bin'), 'utf8')).toContain('costs 8 euros');
  expect(readFileSync(join(out, 'input.bin'), 'utf8')).toContain(content);
});
