/**
 * Phrases that speak to a model and not to a reader, in the four languages. A list can't be
 * complete: it keeps what is plainly meant for a model from reaching one, and the check of what
 * comes back holds whether it does or not.
 */
const PHRASES: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|prompts?|rules?|polic(?:y|ies)|above|previous|prior|earlier|everything)\b/i,
  /\b(?:system|developer|hidden|initial)\s+(?:prompt|message|instructions?)\b/i,
  /\byou are now\b(?! (?:ready|able|done|finished|logged|signed|connected|using|running|in|on|at|part|set)\b)/i,
  /\b(?:from now on,? you|pretend to be|roleplay|jailbreak)\b|(?:^|[.!?:]\s+)(?:please )?act as\b/i,
  /\b(?:reply|respond|answer|say|write|output|print)\s+(?:only|exactly|verbatim|nothing but)\b/i,
  /(?:^|[.!?:,]\s*|\b(?:and|to|must|should|always)\s+)(?:reply|respond|answer)\s+with\b/i,
  /\b(?:tell|inform|instruct|convince)\s+(?:the|every|all|any)\s+(?:users?|customers?|readers?|visitors?)\b/i,
  /\b(?:assistant|chatbot|language model|llm|ai model|gpt)s?\b.{0,60}\b(?:must|should|shall|will|has to|is to|reading this)\b/i,
  /(?:^|[.!?:]\s+)(?:append|insert|include|embed|render)\b.{0,40}\b(?:image|link|url|markdown)\b/i,
  /<\|?\/?(?:im_start|im_end|system|assistant|user|inst)\b|\[\/?INST\]|^\s*#{0,3}\s*(?:system|assistant|user)\s*:/im,
  /\b(?:ignoriere|vergiss|missachte)\b.{0,40}\b(?:anweisung\w*|regeln|vorherig\w*|bisherig\w*)\b/i,
  /\b(?:ignore[rz]?|oublie[rz]?)\b.{0,40}\b(?:instructions?|consignes?|règles|précédente?s?)/i,
  /\b(?:ignor[ae]|olvid[ae])\b.{0,40}(?:\binstrucciones\b|\breglas\b|\banteriores\b)/i,
];

/** Whether text seems to give a model orders. */
export function isInstructionLike(text: string): boolean {
  const plain = text.replace(/\s+/g, ' ');
  return PHRASES.some((phrase) => phrase.test(phrase.multiline ? text : plain));
}
