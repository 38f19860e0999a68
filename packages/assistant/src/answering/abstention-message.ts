import { LANGUAGES, type Language, questionLanguage } from '../text/language.ts';

const MESSAGES: Readonly<Record<Language, string>> = {
  en: 'I could not find this in the knowledge I was given, so I would rather not guess. Shall I pass it to a colleague?',
  de: 'Dazu habe ich in meinen Unterlagen nichts gefunden und möchte nicht raten. Soll ich die Frage an einen Menschen weitergeben?',
  fr: 'Je n’ai rien trouvé à ce sujet dans mes documents et je préfère ne pas deviner. Voulez-vous que je transmette la question à un collègue ?',
  es: 'No he encontrado nada sobre esto en mis documentos y prefiero no adivinar. ¿Quiere que pase la pregunta a un compañero?',
};

/** What a customer is told when there is no answer, in the language of the question; English when its words tell none. */
export function abstentionMessage(question: string): string {
  return MESSAGES[questionLanguage(question, { among: LANGUAGES, usual: 'en' })];
}
