import type { MutantGroup } from './mutant.ts';

/** Equivocation, disputes, juries, rulings, the slash guardian. */
export const DISPUTE_MUTANTS: readonly MutantGroup[] = [
  {
    file: 'disputes/Equivocation.sol',
    tests: ['unit/Equivocation', 'attack/Disputes'],
    mutants: [
      {
        name: 'two-inputs-contradict',
        protects: 'two answers contradict for one input only',
        guard: '&& first.requestHash == second.requestHash',
        becomes: '',
        attack: 'framing by one nonce with two inputs',
      },
      {
        name: 'sampled-answers-contradict',
        protects: 'only deterministic answers contradict',
        guard: 'first.deterministic && second.deterministic && first.node',
        becomes: 'first.deterministic && first.node',
      },
      {
        name: 'two-payers-contradict',
        protects: 'answers to two payers do not contradict',
        guard: '&& first.payer == second.payer',
        becomes: '',
      },
      {
        name: 'one-answer-contradicts-itself',
        protects: 'one answer twice is no contradiction',
        guard: '&& first.resultHash != second.resultHash;',
        becomes: ';',
      },
      {
        name: 'second-answer-unsigned',
        protects: 'both answers are signed',
        guard: '_requireSigned(second, secondSignature);',
        becomes: '',
      },
    ],
  },
  {
    file: 'disputes/DisputesBase.sol',
    tests: ['unit/DisputeOpening', 'unit/Rulings', 'unit/Equivocation', 'attack/Disputes'],
    mutants: [
      {
        name: 'attestation-of-another-node',
        protects: 'the named node signed, under any key it ever had',
        guard: 'if (operator == address(0) || operator != attestation.node) {',
        becomes: 'if (operator == address(0)) {',
      },
      {
        name: 'dispute-costs-no-delay',
        protects: 'a dispute posts a hundredth of what it holds up',
        guard: 'return (frozen + 99) / 100;',
        becomes: 'return frozen - frozen;',
        attack: 'dispute spam',
      },
      {
        name: 'value-already-begun',
        protects: 'the deciding value begins after the opening',
        guard: 'beacon.beaconEpoch() + 1, frozen, cap);',
        becomes: 'beacon.beaconEpoch(), frozen, cap);',
        attack: 'jury grinding',
      },
      {
        name: 'frozen-above-a-lowered-cap',
        protects: 'what a value decides never exceeds a seat’s stake',
        guard: 'if (frozen > cap) {',
        becomes: 'if (false) {',
      },
      {
        name: 'input-of-any-length',
        protects: 'an input has at most 32,768 bytes',
        guard: 'if (data.length == 0 || data.length > MAX_INPUT_BYTES) {',
        becomes: 'if (data.length == 0) {',
        attack: 'unbounded arrays',
      },
    ],
  },
  {
    file: 'libraries/FreezeLedger.sol',
    tests: ['attack/Disputes', 'unit/Rulings'],
    mutants: [
      {
        name: 'freeze-given-up-twice',
        protects: 'a released freeze is not given up in the name of another',
        guard: 'if (!registered || frozen < before) return 0;',
        becomes: 'if (!registered) return 0;',
      },
      {
        name: 'freeze-of-an-earlier-generation',
        protects: 'what was released belongs to an earlier generation',
        guard: 'if (entry.generation != generation) return 0;',
        becomes: 'generation;',
      },
      {
        name: 'removed-verifier-is-stuck',
        protects: 'a removed verifier’s disputes still close',
        guard: 'if (!registered || frozen < before) return 0;',
        becomes: 'if (registered && frozen < before) return 0;',
      },
    ],
  },
  {
    file: 'libraries/BeaconQueue.sol',
    tests: ['attack/Disputes', 'unit/JuryDuty', 'unit/DisputeOpening'],
    mutants: [
      {
        name: 'one-value-decides-everything',
        protects: 'at most a seat’s stake draws on one value',
        guard: '} else if (drawing + amount > cap) {',
        becomes: '} else if (false) {',
      },
    ],
  },
  {
    file: 'DisputeManager.sol',
    tests: ['unit/DisputeOpening', 'attack/Disputes'],
    mutants: [
      {
        name: 'dispute-in-anothers-name',
        protects: 'only the payer disputes',
        guard: '_requirePayer(attestation.payer);',
        becomes: '',
      },
      {
        name: 'sampled-answer-disputed',
        protects: 'only deterministic answers are judged',
        guard: 'if (!attestation.deterministic) revert DisputeManagerNotDeterministic();',
        becomes: '',
      },
      {
        name: 'attestation-disputed-again',
        protects: 'an attestation is disputed once',
        guard: '_use(attestationHash);',
        becomes: '',
        attack: 'jury grinding',
      },
      {
        name: 'many-disputes-of-one-payer',
        protects: 'one dispute is open between payer and node',
        guard: 'if (open != 0) revert DisputeManagerDisputeOpen(msg.sender, node, open);',
        becomes: '',
        attack: 'dispute spam',
      },
      {
        name: 'dispute-after-thirty-units',
        protects: 'no dispute thirty units after expiry',
        guard: 'if (block.timestamp > last) revert DisputeManagerWindowClosed(node, last);',
        becomes: '',
      },
      {
        name: 'dispute-after-everything-matured',
        protects: 'no dispute of what was collected long ago',
        guard: 'if (earnings.held <= earnings.withdrawable) {',
        becomes: 'if (false) {',
      },
      {
        name: 'freeze-beyond-what-is-free',
        protects: 'a dispute freezes what others left',
        guard: 'amount = Math.min(_cut(node, cutBps), free);',
        becomes: 'amount = _cut(node, cutBps); free;',
        attack: 'freeze griefing',
      },
      {
        name: 'queue-without-end',
        protects: 'a dispute that would have to wait long is refused',
        guard: '_requireSoon(_assign(disputeId, record, 0));',
        becomes: '_assign(disputeId, record, 0); if (false) _requireSoon(0);',
      },
      {
        name: 'sleeping-juror-saves',
        protects: 'a juror’s penalty is at least its fee',
        guard: '_requireBounds("jurorPenalty", set.jurorPenalty, set.jurorFee, MAX_JUROR_PENALTY);',
        becomes: '',
      },
      {
        name: 'cut-of-any-size',
        protects: 'a dispute costs at most half of the stake',
        guard: '"wrongAnswerCutBps", set.wrongAnswerCutBps, MIN_CUT_BPS, MAX_WRONG_ANSWER_CUT_BPS',
        becomes: '"wrongAnswerCutBps", set.wrongAnswerCutBps, MIN_CUT_BPS, 10_000',
      },
    ],
  },
  {
    file: 'disputes/JuryDuty.sol',
    tests: ['unit/JuryDuty', 'attack/Disputes'],
    mutants: [
      {
        name: 'party-judges-itself',
        protects: 'no party sits on its jury',
        guard: 'if (msg.sender == record.payer || msg.sender == record.node) {',
        becomes: 'if (false) {',
      },
      {
        name: 'ticket-counts-twice',
        protects: 'tickets ascend, none twice',
        guard: 'ticket < least || ticket >= held',
        becomes: 'ticket >= held',
      },
      {
        name: 'ticket-beyond-the-stake',
        protects: 'a juror has its stake’s tickets',
        guard: 'ticket < least || ticket >= held',
        becomes: 'ticket < least || ticket > held',
        tests: ['unit/JuryDuty'],
      },
      {
        name: 'every-ticket-wins',
        protects: 'tickets are drawn',
        guard: '|| !JuryLottery.wins(value, disputeId, draw, msg.sender, ticket, below)',
        becomes: '|| below == 0 || value == 0',
      },
      {
        name: 'tickets-of-the-opening-second',
        protects: 'stake of the opening second has no tickets',
        guard: 'getPastVotes(juror, record.openedAt - 1)',
        becomes: 'getPastVotes(juror, record.openedAt)',
        attack: 'flash locks',
      },
      {
        name: 'seats-claimed-twice',
        protects: 'a juror claims once',
        guard: '_requireDuty(disputeId, draw, msg.sender, seat, Duty.None);',
        becomes: '',
      },
      {
        name: 'late-claim',
        protects: 'seats are claimed in time',
        guard: '_requireBefore(disputeId, claimEnds);',
        becomes: '',
      },
      {
        name: 'copied-commitment-reveals',
        protects: 'a commitment binds its juror',
        guard:
          'if (seat.word != keccak256(abi.encode(disputeId, draw, msg.sender, resultHash, salt))) {',
        becomes: 'if (false) {',
        attack: 'jury copying',
      },
      {
        name: 'reveal-during-commits',
        protects: 'nobody reveals while others commit',
        guard: '_requireSince(disputeId, commitEnds);',
        becomes: '',
        attack: 'jury copying',
      },
      {
        name: 'late-reveal',
        protects: 'reveals are in time',
        guard: '_requireBefore(disputeId, revealEnds);',
        becomes: '',
      },
      {
        name: 'unavailable-convicts',
        protects: '“unavailable” never leads',
        guard: '&& resultHash != UNAVAILABLE;',
        becomes: ';',
      },
      {
        name: 'juror-penalised-in-time',
        protects: 'a juror has until the end to reveal',
        guard: '_requireSince(disputeId, revealEnds);',
        becomes: '',
      },
      {
        name: 'lone-result-is-paid',
        protects: 'a result shared by fewer than a third is not paid',
        guard: 'if (drawn.seatsFor[seat.word] * 3 < drawn.revealed) {',
        becomes: 'if (false) {',
        tests: ['unit/Rulings'],
      },
      {
        name: 'juror-paid-before-counting',
        protects: 'fees are paid once the draw is counted',
        guard: 'if (!drawn.counted) revert DisputeManagerNotCounted(disputeId, draw);',
        becomes: '',
        tests: ['unit/Rulings'],
      },
    ],
  },
  {
    file: 'disputes/Rulings.sol',
    tests: ['unit/Rulings', 'attack/Disputes'],
    mutants: [
      {
        name: 'simple-majority-convicts',
        protects: 'two thirds convict',
        guard: 'convicts = leadingSeats * 3 >= revealed * 2;',
        becomes: 'convicts = leadingSeats * 2 >= revealed;',
      },
      {
        name: 'verdict-without-quorum',
        protects: 'a verdict needs its reveals',
        guard: 'if (revealed >= _quorum(draw)) {',
        becomes: 'if (revealed > 0) {',
      },
      {
        name: 'stranger-appeals',
        protects: 'only the loser appeals',
        guard:
          'if (msg.sender != loser) revert DisputeManagerNotLoser(disputeId, msg.sender, loser);',
        becomes: '',
      },
      {
        name: 'late-conviction-stands',
        protects: 'a conviction not carried out in time lapses',
        guard: '&& !(record.convicts && lapsed);',
        becomes: ';',
      },
      {
        name: 'conviction-before-the-guardian',
        protects: 'a conviction waits for the guardian',
        guard: 'moment += _parametersOf(record.parametersId).guardianDelay;',
        becomes: '',
      },
      {
        name: 'stranger-cancels',
        protects: 'only the slash guardian spares',
        guard:
          'if (msg.sender != slashGuardian) revert DisputeManagerNotSlashGuardian(msg.sender);',
        becomes: '',
        attack: 'guardian overreach',
      },
      {
        name: 'guardian-ends-an-acquittal',
        protects: 'the guardian cancels convictions only',
        guard: 'if (!record.convicts) revert DisputeManagerNotConvicting(disputeId);',
        becomes: '',
        attack: 'guardian overreach',
      },
      {
        name: 'redraw-of-a-good-value',
        protects: 'only a void epoch is redrawn',
        guard: 'if (!_isVoid(epoch)) revert DisputeManagerEpochNotVoid(disputeId, epoch);',
        becomes: '',
        attack: 'jury grinding',
      },
      {
        name: 'void-epoch-passes-for-an-absent-jury',
        protects: 'a void epoch only delays',
        guard: 'if (block.timestamp < revealEnds || _isVoid(drawn.epoch)) return false;',
        becomes: 'if (block.timestamp < revealEnds) return false;',
        attack: 'beacon withholding',
      },
      {
        name: 'appeal-after-its-window',
        protects: 'an appeal is in time',
        guard: '_requireBefore(disputeId, appealEnds);',
        becomes: '',
      },
    ],
  },
  {
    file: 'SlashGuardian.sol',
    tests: ['unit/Rulings'],
    mutants: [
      {
        name: 'anybody-is-the-guardian',
        protects: 'one guardian spares',
        guard:
          'if (msg.sender != _guardian().guardian) revert SlashGuardianNotGuardian(msg.sender);',
        becomes: '',
      },
    ],
  },
];
