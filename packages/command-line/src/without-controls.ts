/**
 * Text of others as a terminal may show it: a ticket's category or a help page must not be able to
 * clear the screen, to recolour it or to write over other lines. Line breaks and tabs stay.
 */
export function withoutControls(text: string): string {
  return text.replaceAll(/(?![\n\t])\p{Cc}/gu, '\ufffd');
}
