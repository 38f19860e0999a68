/**
 * What `runGolden` must give on every engine and kernel. A change to them means that models trained
 * before can no longer be reproduced: say so in the change log.
 */
export const GOLDEN_HASHES = {
  mlp: 'c0c90b5facb014ea30bde21668e44ee4ab88e671ee17c026db0def504f90b5c5',
  cnn: 'dc5fb887acc38ba4b87f7047a69a14299b06667b3e9f0d68274530bc691a52ab',
} as const;
