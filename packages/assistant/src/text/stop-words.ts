/**
 * Function words and greetings that say nothing of the subject of a question. English only, and short on purpose:
 * negations and quantities ("not", "no", "all", "before", "without") stay, because in support
 * questions they change what is asked. Foreign function words are held down by their idf.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about am an and any are as at be been being but by bye can could did do does doing don for ' +
    'from get goodbye got had has have having he hello her hers hey hi him his how i if in into is it its itself just me ' +
    'might mine must my myself of on or our ours ourselves please shall she should so some such ' +
    'than thank thanks that the their theirs them then there these they this those to too us was we were what ' +
    'when where which while who whom whose why will with would you your yours yourself'
  ).split(' '),
);
