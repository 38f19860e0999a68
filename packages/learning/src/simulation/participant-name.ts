/** Names sort like their numbers. */
export function participantName(index: number): string {
  return `participant-${String(index).padStart(6, '0')}`;
}
