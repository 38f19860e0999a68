import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCoordinatorMessage, parseParticipantMessage } from '../src/index.ts';
import { createJobNetwork, runWholeJob } from './job-network.ts';

const limits = { maxPayloadBytes: 100_000 };
const parsers = [parseCoordinatorMessage, parseParticipantMessage];

/** What the parser says of an input: undefined when it accepts it. */
function codeOf(parse: (typeof parsers)[number], input: unknown): string | undefined {
  try {
    parse(input, limits);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? 'NOT_OURS';
  }
}

describe('message parsers', () => {
  it('answer any input with MESSAGE_MALFORMED and nothing else', () => {
    const type = fc.constantFrom('join', 'cohort', 'keyAdvert', 'revealedShares', 'toString', '');
    const hostile = fc.oneof(
      fc.anything(),
      fc.record({ type, jobId: fc.constant('j'), roundId: fc.anything(), shares: fc.anything() }),
      fc.record({ type, jobId: fc.anything(), members: fc.array(fc.anything()) }),
    );
    fc.assert(
      fc.property(hostile, fc.constantFrom(...parsers), (input, parse) => {
        expect(codeOf(parse, input)).toBe('MESSAGE_MALFORMED');
      }),
      { numRuns: 500 },
    );
  });

  it('accept every message of a real job, drop unknown fields, and miss no removed one', async () => {
    const network = await createJobNetwork({ rounds: 1 });
    await runWholeJob(network);
    const real = [
      ...network.toParticipants.map(({ message }) => [message, parseCoordinatorMessage] as const),
      ...network.toCoordinator.map(({ message }) => [message, parseParticipantMessage] as const),
    ];
    expect(new Set(real.map(([{ type }]) => type)).size).toBe(13);
    for (const [message, parse] of real) {
      expect(parse({ ...message, surplus: 1 }, limits)).toEqual(message);
      for (const field of Object.keys(message)) {
        expect(codeOf(parse, { ...message, [field]: undefined })).toBe('MESSAGE_MALFORMED');
      }
    }
  });

  it('refuse names twice, oversized lists and payloads above the limit', () => {
    const propose = { type: 'proposeSurvivors', jobId: 'j', roundId: 'r', survivors: ['a', 'a'] };
    expect(codeOf(parseCoordinatorMessage, propose)).toBe('MESSAGE_MALFORMED');
    const survivors = Array.from({ length: 129 }, (_, i) => `n${i}`);
    expect(codeOf(parseCoordinatorMessage, { ...propose, survivors })).toBe('MESSAGE_MALFORMED');
    const signature = new Uint8Array(64);
    const upload = { type: 'maskedUpdate', jobId: 'j', roundId: 'r', signature };
    const sized = (length: number) => ({ ...upload, payload: new Uint8Array(length) });
    expect(codeOf(parseParticipantMessage, sized(100_000))).toBeUndefined();
    expect(codeOf(parseParticipantMessage, sized(100_001))).toBe('MESSAGE_MALFORMED');
  });
});
