/** Who calls, as proven by an API key. */
export interface Caller {
  readonly tenantId: string;
  readonly keyId: string;
  /** The account that pays for this tenant's work. */
  readonly payer: `0x${string}`;
  readonly scopes: readonly string[];
}

/** What hono carries with a request. */
export interface GatewayEnvironment {
  Variables: { caller: Caller; requestId: string };
}

/** What an API key may be allowed to do. `admin` implies all. */
export const SCOPES = ['admin', 'chat', 'knowledge', 'training', 'events', 'usage'] as const;
export type Scope = (typeof SCOPES)[number];
