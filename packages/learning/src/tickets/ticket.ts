/** One support request and the intent that a person filed it under. */
export interface Ticket {
  readonly text: string;
  readonly category: string;
}

/** The categories that occur, sorted by code unit, so that every reader gets one order. */
export function categoriesOf(tickets: readonly Ticket[]): string[] {
  return [...new Set(tickets.map((ticket) => ticket.category))].sort();
}

/** How many tickets each category has. */
export function countByCategory(tickets: readonly Ticket[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { category } of tickets) counts.set(category, (counts.get(category) ?? 0) + 1);
  return counts;
}
