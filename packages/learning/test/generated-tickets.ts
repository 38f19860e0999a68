import { createSeededRandom } from '@ddai/core';
import type { Ticket } from '../src/index.ts';

const TOPICS: Readonly<Record<string, readonly string[]>> = {
  card_lost: ['lost', 'card', 'stolen', 'wallet', 'block', 'replacement'],
  invoice: ['invoice', 'bill', 'amount', 'charged', 'statement', 'due'],
  login: ['password', 'login', 'locked', 'reset', 'account', 'code'],
  outage: ['internet', 'down', 'outage', 'connection', 'router', 'slow'],
  refund: ['refund', 'money', 'back', 'returned', 'order', 'wait'],
};
const FILLERS = ['please', 'my', 'the', 'is', 'help', 'why', 'today', 'again', 'with', 'cannot'];

/** Tickets of five topics, `perTopic` each: words of the topic among words of none. */
export function generateTickets(perTopic: number, seed: number | string): Ticket[] {
  const random = createSeededRandom(seed);
  const pick = (words: readonly string[]): string => words[random.below(words.length)] as string;
  const tickets: Ticket[] = [];
  for (const [category, words] of Object.entries(TOPICS)) {
    for (let i = 0; i < perTopic; i++) {
      const text = Array.from({ length: 7 }, (_, at) => pick(at % 3 === 0 ? words : FILLERS));
      tickets.push({ text: text.join(' '), category });
    }
  }
  return random.shuffle(tickets);
}
