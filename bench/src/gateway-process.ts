import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '@ddai/engines';

const GATEWAY = fileURLToPath(new URL('../../apps/gateway/src/main.ts', import.meta.url));

/** A gateway as its operator runs it, in a process of its own. */
export interface GatewayProcess {
  readonly url: string;
  readonly signer: `0x${string}`;
  readonly child: ChildProcess;
}

/** @param home the state folder, with an address book in it */
export async function startGateway(home: string, rpcUrl: string): Promise<GatewayProcess> {
  const port = await findFreePort();
  const child = spawn(
    process.execPath,
    [...process.execArgv, GATEWAY, '--port', String(port), '--rpc', rpcUrl],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, DDAI_HOME: home, DDAI_LOG_LEVEL: 'warn' },
    },
  );
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the gateway ended')));
    createInterface({ input: child.stdout }).once('line', (line) =>
      resolve({ ...(JSON.parse(line) as { url: string; signer: `0x${string}` }), child }),
    );
  });
}

/** Makes a tenant; its API key. */
export async function addTenant(
  { url }: GatewayProcess,
  home: string,
  tenant: { readonly name: string; readonly payer: string },
): Promise<string> {
  const secret = readFileSync(join(home, 'gateway', 'admin.secret'), 'utf8');
  const response = await fetch(`${url}/admin/v1/tenants`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(tenant),
  });
  if (!response.ok) throw new Error(`no tenant ${tenant.name}: HTTP ${response.status}`);
  return ((await response.json()) as { apiKey: string }).apiKey;
}
