import type { MutantGroup } from './mutant.ts';

/** Emission: epochs, fee-backed and bonded rewards, weight votes; and the tiers. */
export const REWARD_MUTANTS: readonly MutantGroup[] = [
  {
    file: 'EmissionsController.sol',
    tests: ['unit/EmissionsController', 'unit/EpochBudgets', 'attack/Rewards'],
    mutants: [
      {
        name: 'reward-claimed-twice',
        protects: 'units are paid once',
        guard: '$.units[_unitsKey(epoch, workClass, node)] = 0;',
        becomes: '',
      },
      {
        name: 'reward-rounded-up',
        protects: 'many small nodes earn no more than one',
        guard: 'return units * _payable(result) / result.units;',
        becomes: 'return (units * _payable(result) + result.units - 1) / result.units;',
        attack: 'Sybil splitting',
      },
      {
        name: 'reward-expires-early',
        protects: 'a reward can be claimed for 365 epochs',
        guard: 'if ($.epoch.id <= epoch + CLAIM_EPOCHS) {',
        becomes: 'if ($.epoch.id < epoch + CLAIM_EPOCHS) {',
      },
      {
        name: 'expired-reward-claimed',
        protects: 'what expired cannot be claimed any more',
        guard:
          'amount += $.results[epoch][workClass].remaining;\n            delete $.results[epoch][workClass];',
        becomes: 'amount += $.results[epoch][workClass].remaining;',
      },
      {
        name: 'anybody-sets-recipients',
        protects: 'only the registry tells payout addresses',
        guard: 'if (msg.sender != nodeRegistry) revert EmissionsNotNodeRegistry(msg.sender);',
        becomes: '',
      },
      {
        name: 'weights-outside-at-deploy',
        protects: 'the first weights lie in the corridor',
        guard: '_requireInCorridor(settings.weights);',
        becomes: '',
        attack: 'wrong parameters at deploy',
      },
    ],
  },
  {
    file: 'emissions/EmissionsBase.sol',
    tests: ['unit/EmissionsController', 'unit/EpochBudgets', 'attack/Rewards', 'unit/BondedWork'],
    mutants: [
      {
        name: 'anybody-claims-for-a-node',
        protects: 'only operator and signer claim',
        guard: 'if (msg.sender != node && msg.sender != recipient.signer) {',
        becomes: 'if (false) {',
      },
      {
        name: 'epochs-named-twice',
        protects: 'epochs ascend, none twice',
        guard: 'if (epochs[i] <= epochs[i - 1]) {',
        becomes: 'if (epochs[i] < epochs[i - 1]) {',
      },
      {
        name: 'claims-without-end',
        protects: 'a claim has at most 365 epochs',
        guard: 'if (epochs.length > MAX_CLAIMS) revert',
        becomes: 'if (false) revert',
        attack: 'unbounded arrays',
      },
      {
        name: 'owed-falls-by-more-than-is-paid',
        protects: 'reserve, open, owed and claimed add up to what was funded',
        guard: 'claimed + uint128(amount));',
        becomes: 'claimed + uint128(amount / 2));',
      },
    ],
  },
  {
    file: 'emissions/EpochBudgets.sol',
    tests: ['unit/EmissionsController', 'unit/EpochBudgets', 'attack/Rewards', 'unit/BondedWork'],
    mutants: [
      {
        name: 'anybody-accrues',
        protects: 'only the escrow accrues fee-backed units',
        guard: 'if (msg.sender != escrow) revert EmissionsNotWorkSource(msg.sender);',
        becomes: '',
        attack: 'wash trading',
      },
      {
        name: 'rewards-above-the-burn',
        protects: 'a class is paid at most what it burned',
        guard: 'return Math.min(result.units, result.budgetGwei * GWEI);',
        becomes: 'return result.budgetGwei * GWEI;',
        attack: 'wash trading',
        tests: ['unit/EmissionsController', 'unit/EpochBudgets', 'attack/Rewards'],
      },
      {
        name: 'rewards-above-the-budget',
        protects: 'a class is paid at most its budget',
        guard: 'return Math.min(result.units, result.budgetGwei * GWEI);',
        becomes: 'return result.units;',
      },
      {
        name: 'epoch-closes-early',
        protects: 'an epoch runs to its end',
        guard: 'if (opened <= epoch.id) {',
        becomes: 'if (opened < epoch.id) {',
      },
      {
        name: 'bonded-share-reaches-back',
        protects: 'a changed share holds from the next epoch on',
        guard: '(BPS - epoch.bonded.share(workClass)) / (BPS * BPS);',
        becomes: '(BPS - $.config.bonded.share(workClass)) / (BPS * BPS);',
        attack: 'parameter drift',
      },
      {
        name: 'schedule-one-epoch-longer',
        protects: 'the schedule ends after 1,800 epochs',
        guard: 'if (id < $.firstEpoch + SCHEDULED_EPOCHS) budget += EPOCH_BUDGET;',
        becomes: 'if (id <= $.firstEpoch + SCHEDULED_EPOCHS) budget += EPOCH_BUDGET;',
      },
      {
        name: 'stream-of-any-height',
        protects: 'the DAO streams at most a daily budget',
        guard: '_requireBounds("stream", perEpoch, 0, EPOCH_BUDGET);',
        becomes: '',
      },
      {
        name: 'stream-out-of-the-schedule',
        protects: 'the stream never takes what is scheduled',
        guard: 'return Math.saturatingSub($.ledger.reserve, promised);',
        becomes: 'return $.ledger.reserve + promised - promised;',
      },
      {
        name: 'bonded-share-for-queries',
        protects: 'only provable classes have a bonded part',
        guard: 'workClass >= STORAGE ? BPS : 0',
        becomes: 'BPS',
      },
    ],
  },
  {
    file: 'emissions/WeightVotes.sol',
    tests: ['unit/EmissionsController', 'unit/EpochBudgets', 'attack/Rewards'],
    mutants: [
      {
        name: 'weights-voted-twice',
        protects: 'an account votes once an epoch',
        guard:
          'if ($.votedIn[msg.sender] == epoch.id) revert EmissionsAlreadyVoted(msg.sender, epoch.id);',
        becomes: '',
      },
      {
        name: 'vote-outside-the-corridor',
        protects: 'a vote lies in the DAO’s corridor',
        guard: '_requireInCorridor(weights);\n        _requireWithinStep',
        becomes: '_requireWithinStep',
      },
      {
        name: 'vote-beyond-a-step',
        protects: 'weights move a step an epoch',
        guard: '_requireWithinStep($, epoch.weights, weights);',
        becomes: '',
      },
      {
        name: 'vote-without-quorum',
        protects: 'without quorum nothing changes',
        guard: 'if (power == 0 || power < _quorum(epoch.openedAt)) return epoch.weights;',
        becomes: 'if (power == 0) return epoch.weights;',
      },
      {
        name: 'vote-without-a-floor',
        protects: 'a young network’s weights need fifty million votes',
        guard:
          'return Math.max(votes.getPastTotalSupply(openedAt) * QUORUM_BPS / BPS, QUORUM_FLOOR);',
        becomes: 'return votes.getPastTotalSupply(openedAt) * QUORUM_BPS / BPS;',
      },
      {
        name: 'vote-of-a-wider-corridor',
        protects: 'a corridor narrowed since the vote holds',
        guard: 'return outside == WORK_CLASSES && sum == BPS ? voted.pack() : epoch.weights;',
        becomes: 'return outside <= WORK_CLASSES && sum == BPS ? voted.pack() : epoch.weights;',
        attack: 'parameter drift',
      },
      {
        name: 'corridor-leaves-the-vector-outside',
        protects: 'no vector in force lies outside the corridor',
        guard: '_requireInCorridor($.epoch.weights.unpack());',
        becomes: '',
      },
      {
        name: 'corridor-without-a-vector',
        protects: 'some vector fits into the corridor',
        guard: '_requireBounds("corridorMinSum", sumMin, 0, BPS);',
        becomes: '',
      },
    ],
  },
  {
    file: 'libraries/ClassWeights.sol',
    tests: ['unit/Libraries'],
    mutants: [
      {
        name: 'mean-loses-its-remainder',
        protects: 'the mean of votes sums to 10,000',
        guard: 'weights[largest] += 1;',
        becomes: '',
      },
    ],
  },
  {
    file: 'emissions/BondedWork.sol',
    tests: ['unit/BondedWork', 'attack/Storage'],
    mutants: [
      {
        name: 'anybody-accrues-bonded-units',
        protects: 'only the class’s source accrues bonded units',
        guard: 'if (msg.sender != $.sources[part.workClass]) {',
        becomes: 'if (false) {',
      },
      {
        name: 'bonded-units-twice',
        protects: 'a node’s units are accrued once',
        guard: 'if ($.units[key] != 0) {',
        becomes: 'if (false) {',
      },
      {
        name: 'bonded-units-late',
        protects: 'units are taken for one epoch length',
        guard: 'if (block.timestamp >= record.openUntil) {',
        becomes: 'if (false) {',
      },
      {
        name: 'bonded-settled-early',
        protects: 'nothing is settled while units are taken',
        guard: 'if (block.timestamp < record.openUntil) {\n            revert',
        becomes: 'if (false) {\n            revert',
      },
      {
        name: 'bonded-stake-of-the-start-only',
        protects: 'the lower stake of both ends counts',
        guard: 'uint256 stake = Math.min(part.stake, collateral);',
        becomes: 'uint256 stake = part.stake;',
        tests: ['unit/BondedWork', 'attack/Checkpoints'],
      },
      {
        name: 'bonded-share-above-one',
        protects: 'nobody delivers more than was scheduled',
        guard: 'Math.min(part.delivered, part.scheduled) / part.scheduled;',
        becomes: 'part.delivered / part.scheduled;',
      },
      {
        name: 'bonded-stake-counts-twice',
        protects: 'one stake’s parts never add up to more than it',
        guard: 'Math.min(stake / served, Math.saturatingSub(collateral, used));',
        becomes: 'stake / served;',
      },
      {
        name: 'bonded-without-yield-cap',
        protects: 'a bonded reward is at most the yield',
        guard:
          'return Math.min(\n            uint256(record.budgetGwei) * GWEI, uint256(record.units) * record.yieldPpb / BILLION\n        );',
        becomes: 'return uint256(record.budgetGwei) * GWEI;',
      },
      {
        name: 'yield-of-any-height',
        protects: 'the yield is capped in code',
        guard:
          '_requireBounds("bondedYield", yieldPpb, 0, MAX_YIELD_PPB * epochLength / timeUnit);',
        becomes: '',
      },
      {
        name: 'bonded-claimed-twice',
        protects: 'bonded units are paid once',
        guard: '$.units[key] = 0;',
        becomes: '',
      },
      {
        name: 'bonded-source-overnight',
        protects: 'a bonded source was announced 21 units ago',
        guard: '_executeAnnounced(_workSourceId(workClass, source));',
        becomes: '',
      },
    ],
  },
  {
    file: 'FeatureTiers.sol',
    tests: ['unit/FeatureTiers'],
    mutants: [
      {
        name: 'discount-of-any-height',
        protects: 'nobody pays less than half the fee',
        guard: 'if (tier.discountBps > MAX_DISCOUNT_BPS) {',
        becomes: 'if (false) {',
      },
      {
        name: 'tiers-without-end',
        protects: 'there are at most four tiers',
        guard: 'if (replacement.length > TierTable.MAX_TIERS) {',
        becomes: 'if (false) {',
        attack: 'unbounded arrays',
      },
      {
        name: 'tiers-unsorted',
        protects: 'tiers ascend by lock',
        guard: 'if (tier.lock <= previous.lock) {',
        becomes: 'if (false) {',
      },
      {
        name: 'anybody-replaces-the-tiers',
        protects: 'only the timelock sets tiers',
        guard: 'function setTiers(Tier[] calldata replacement) external onlyTimelock {',
        becomes: 'function setTiers(Tier[] calldata replacement) external {',
      },
      {
        name: 'early-access-without-a-tier',
        protects: 'early features need their tier',
        guard: '|| tierOf(account) >= terms.minTier;',
        becomes: '|| tierOf(account) + 1 >= terms.minTier;',
      },
      {
        name: 'never-generally-available',
        protects: 'a feature is everybody’s from its day on',
        guard: 'block.timestamp >= terms.generalFrom ||',
        becomes: 'block.timestamp > terms.generalFrom ||',
      },
    ],
  },
  {
    file: 'libraries/TierTable.sol',
    tests: ['unit/FeatureTiers', 'unit/Libraries'],
    mutants: [
      {
        name: 'tier-above-its-lock',
        protects: 'a tier begins with exactly its lock',
        guard: 'if (lock != 0 && locked >= lock) return (index, discount);',
        becomes: 'if (lock != 0 && locked > lock) return (index, discount);',
      },
    ],
  },
];
