/**
 * JSON with sorted keys and no white space: equal values give equal text, so it can be hashed.
 * Bigints are written as decimal strings; `undefined` members are left out.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member === 'bigint') return member.toString();
    if (member !== null && typeof member === 'object' && !Array.isArray(member)) {
      return Object.fromEntries(
        Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
      );
    }
    return member;
  });
}
