import { EventEmitter } from 'node:events';
import type { SeededRandom } from '@ddai/core';
import type { Address } from 'viem';
import type { NodeSession } from './node-session.ts';

/** What one connected node has done here since the gateway started. */
export interface NodeRecord {
  readonly session: NodeSession;
  answered: number;
  failed: number;
  /** Requests it has not answered yet. */
  inFlight: number;
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
    earlier?.session.close('SESSION_REPLACED');
    this.#records.set(session.operator, {
      session,
      answered: earlier?.answered ?? 0,
      failed: earlier?.failed ?? 0,
      inFlight: 0,
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

  /**
   * Nodes that serve queries, in the order to try them. The better of two drawn at random goes
   * first (Mitzenmacher, "The Power of Two Choices", 2001): good nodes get more work, and a new
   * or recovered one still gets some.
   */
  rankForQuery(random: SeededRandom): NodeSession[] {
    const expectedCost = ({ answered, failed, latency, inFlight }: NodeRecord): number =>
      ((latency ?? 0) * (inFlight + 1) * (answered + failed + 1)) / (answered + 1);
    const order = random.shuffle(this.list().filter(({ session }) => session.capabilities.query));
    const [first, second] = order;
    if (first !== undefined && second !== undefined && expectedCost(second) < expectedCost(first)) {
      order[0] = second;
      order[1] = first;
    }
    return order.map(({ session }) => session);
  }

  /** Counts a request to a node until its outcome is told, once. */
  begin(operator: Address): { answered(milliseconds: number): void; failed(): void } {
    const record = this.#records.get(operator);
    if (record !== undefined) record.inFlight += 1;
    let open = record;
    const finish = (outcome: (record: NodeRecord) => void): void => {
      if (open === undefined) return;
      open.inFlight -= 1;
      outcome(this.#records.get(operator) ?? open);
      open = undefined;
    };
    return {
      answered: (milliseconds) =>
        finish((current) => {
          current.answered += 1;
          const { latency } = current;
          current.latency =
            latency === undefined
              ? milliseconds
              : latency + LATENCY_WEIGHT * (milliseconds - latency);
        }),
      failed: () =>
        finish((current) => {
          current.failed += 1;
        }),
    };
  }
}
