/** For logs: a full disk or a closed pipe silences them, and does not end what they tell of. */
export function ignoreWriteErrors<T extends { on(event: 'error', listener: () => void): unknown }>(
  stream: T,
): T {
  stream.on('error', () => undefined);
  return stream;
}
