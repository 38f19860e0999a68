import { EventEmitter } from 'node:events';
import type { Address } from 'viem';
import type { NodeSession } from './node-session.ts';

/** What one connected node has done here since the gateway started. */
export interface NodeRecord {
  readonly session: NodeSession;
  answered: number;
  failed: number;
  /** Exponentially weighted mean of answer times, in milliseconds; undefined before the first. */
  latency: number | undefined;
}

interface DirectoryEvents {
  joined: [NodeSession];
  left: [NodeSession];
}

/** Weight of the newest answer in the mean: about the last ten count. */
const LATENCY_WEIGHT = 0.2;

/** Who is connected. One session per operator: the newest wins, the older is closed. */
export class NodeDirectory extends EventEmitter<DirectoryEvents> {
  readonly #records = new Map<Address, NodeRecord>();

  add(session: NodeSession): void {
    const earlier = this.#records.get(session.operator);
    this.#records.set(session.operator, {
      session,
      answered: earlier?.answered ?? 0,
      failed: earlier?.failed ?? 0,
      latency: earlier?.latency,
    });
    this.emit('joined', session);
  }

  remove(session: NodeSession): void {
    if (this.#records.get(session.operator)?.session !== session) return;
    this.#records.delete(session.operator);
    this.emit('left', session);
  }

  get(operator: Address): NodeSession | undefined {
    return this.#records.get(operator)?.session;
  }

  findByToken(token: string): NodeSession | undefined {
    for (const { session } of this.#records.values()) if (session.token === token) return session;
    return undefined;
  }

  list(): readonly NodeRecord[] {
    return [...this.#records.values()];
  }

  /** Nodes that serve queries, best first: fewer failures, then shorter answers, then fewer jobs. */
  rankForQuery(): NodeSession[] {
    const failureRate = ({ answered, failed }: NodeRecord): number => (failed + 1) / (answered + failed + 2);
    return this.list()
      .filter(({ session }) => session.capabilities.query)
      .sort(
        (a, b) =>
          Math.round((failureRate(a) - failureRate(b)) * 4) ||
          (a.answered === 0 ? -1 : 0) - (b.answered === 0 ? -1 : 0) ||
          a.answered - b.answered ||
          (a.latency ?? 0) - (b.latency ?? 0),
      )
      .map(({ session }) => session);
  }

  recordAnswer(operator: Address, milliseconds: number): void {
    const record = this.#records.get(operator);
    if (record === undefined) return;
    record.answered += 1;
    record.latency = record.latency === undefined ? milliseconds : record.latency + LATENCY_WEIGHT * (milliseconds - record.latency);
  }

  recordFailure(operator: Address): void {
    const record = this.#records.get(operator);
    if (record !== undefined) record.failed += 1;
  }
}
