/**
 * Function words of German, French and Spanish as `tokenize` folds them (no diacritics), chosen as
 * the English ones: negations and quantities stay, because they change what is asked.
 */
export const GERMAN_STOP_WORDS: ReadonlySet<string> = words(
  'ab als am an auch auf aus bei beim bin bis bist bitte da damit danke dann das dass dein deine dem den denn der des ' +
    'dich die dies diese diesem diesen dieser dieses dir doch du durch ein eine einem einen einer eines er es etwa euch euer ' +
    'falls fur gibt guten habe haben hallo hat hatte hattet hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja ' +
    'kann kannst konnen konnt konnte man mein meine meinem meinen meiner mich mir mit mochte mochten muss mussen nach noch nun ' +
    'ob oder sein seine sich sie sind so soll sollen sollte tag uber um und uns unser unsere unserem unseren vom von vor wann war waren ' +
    'warum was weil welche welchem welchen welcher welches wenn wer werde werden wie wieso will wir wird wo wohin wurde wurden zu zum zur',
);

export const FRENCH_STOP_WORDS: ReadonlySet<string> = words(
  'a ai as au aux avec avez avoir avons bonjour c car ce cela ces cet cette ceux chez comme comment d dans de des dois doit donc ' +
    'du elle elles en es est et etaient etait etant ete etes etre eu fait faire faut il ils j je l la le les leur leurs lors lui m ma mais ' +
    'me merci mes moi mon n nos notre nous on ont ou par peut peuvent peux plait pour pourquoi pouvez puis qu quand que quel quelle ' +
    'quelles quels qui quoi s sa se sera serait ses si son sont sous suis sur t ta te tes toi ton tu un une vos votre vous y',
);

export const SPANISH_STOP_WORDS: ReadonlySet<string> = words(
  'a al algo ante aqui como con cual cuales cuando de debe debo del desde donde e el ella ellas ellos en entre era eran eres es esa esas ese eso ' +
    'esos esta estan estas este esto estos estoy favor fue gracias ha hace hacer han has hasta hay he hemos hola la las le les lo los me mi ' +
    'mis mucho muy nos nosotros nuestra nuestras nuestro nuestros o os para pero por porque pueda puede pueden puedes puedo que quien quienes se ' +
    'ser si sobre son soy su sus te tener tengo ti tiene tu tus u un una unas uno unos usted ustedes y ya yo',
);

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
