import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGateway, type TestGateway, type TestTenant } from './support/test-gateway.ts';

let gateway: TestGateway;
let busy: TestTenant;
let quiet: TestTenant;

beforeAll(async () => {
  gateway = await startTestGateway({ requestsPerMinute: 5 });
  [busy, quiet] = [await gateway.addTenant('busy'), await gateway.addTenant('quiet')];
});
afterAll(() => gateway.stop());

const ask = (path: string, { apiKey }: TestTenant): Promise<Response> =>
  fetch(`${gateway.url()}${path}`, { headers: { authorization: `Bearer ${apiKey}` } });

it('a key that asks too often is told when to come back, and no other key is', async () => {
  const statuses: number[] = [];
  for (let request = 0; request < 6; request++)
    statuses.push((await ask('/v1/usage', busy)).status);
  const refused = await ask('/v1/models', busy);

  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({
    error: { type: 'rate_limit_error', code: 'rate_limited' },
  });
  expect((await ask('/v1/usage', quiet)).status).toBe(200);
});
