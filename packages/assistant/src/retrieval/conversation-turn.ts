/** One turn of a conversation, oldest first in a history. */
export interface ConversationTurn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/** What a question's terms lose per turn that lies back (`assistant.md`, Retrieve). */
export const HISTORY_DECAY = 0.3;
/** 0.3^4 is below a hundredth: older turns could not change a ranking. */
const HISTORY_TURNS = 3;

/**
 * The last questions of the user with their weights, newest first. The assistant's own turns don't
 * count: they quote documents, and would pull retrieval back to what was already shown.
 */
export function decayedQuestions(
  history: readonly ConversationTurn[],
): { text: string; weight: number }[] {
  const asked = history.filter((turn) => turn.role === 'user').slice(-HISTORY_TURNS);
  let weight = 1;
  return asked.reverse().map(({ text }) => {
    weight *= HISTORY_DECAY;
    return { text, weight };
  });
}
