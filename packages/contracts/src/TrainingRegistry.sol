// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {DDAIToken} from "./DDAIToken.sol";
import {IProtocolRegistry} from "./interfaces/IProtocolRegistry.sol";
import {ITrainingRegistry} from "./interfaces/ITrainingRegistry.sol";
import {IWorkPayments} from "./interfaces/IWorkPayments.sol";
import {TrainingBase} from "./training/TrainingBase.sol";
import {TrainingJobs} from "./training/TrainingJobs.sol";
import {COMPUTE} from "./types/WorkClass.sol";

/// @title Training registry
/// @notice See {ITrainingRegistry}. How jobs begin and end lies in `training/TrainingJobs.sol`; here
/// are the rounds and their pay.
contract TrainingRegistry is TrainingJobs {
    constructor(
        DDAIToken token_,
        IWorkPayments escrow_,
        IProtocolRegistry protocolRegistry_,
        address timelock_,
        uint256 timeUnit_
    ) TrainingBase(token_, escrow_, protocolRegistry_, timelock_, timeUnit_) {}

    /// @dev Lets the escrow, an immutable of this code, take what `claimRound` names.
    function initialize() external initializer {
        token.approve(address(escrow), type(uint256).max);
    }

    /// @inheritdoc ITrainingRegistry
    function commitRound(uint256 jobId, Round calldata round) external {
        JobRecord storage record = _openJob(jobId);
        _requireCoordinator(jobId, record);
        _requireTakesRounds(jobId, record);
        Terms storage terms = record.terms;
        uint256 number = record.roundsCommitted + 1;
        if (round.number != number) {
            revert TrainingRegistryRoundOutOfOrder(jobId, round.number, number);
        }
        if (number > terms.rounds) revert TrainingRegistryTooManyRounds(jobId, terms.rounds);
        if (
            round.survivors < terms.minCohort || round.operators < terms.minOperators
                || round.operators > round.survivors
        ) {
            revert TrainingRegistryRoundTooSmall(jobId, round.survivors, round.operators);
        }
        if (round.aggregateHash == 0 || round.recordHead == 0) revert TrainingRegistryZeroHash();
        if ((round.rewardRoot == 0) != (round.rewards == 0)) {
            revert TrainingRegistryRewardsInvalid(round.rewardRoot, round.rewards);
        }
        uint256 left = record.budgetLeft;
        if (round.rewards > left) {
            revert TrainingRegistryBudgetExceeded(jobId, round.rewards, left);
        }
        record.roundsCommitted = uint16(number);
        record.budgetLeft = uint128(left - round.rewards);
        record.committed += round.rewards;
        RoundRecord storage kept = record.rounds[number];
        kept.rewardRoot = round.rewardRoot;
        kept.recordHead = round.recordHead;
        kept.unclaimed = round.rewards;
        emit RoundCommitted(jobId, number, round);
    }

    /// @inheritdoc ITrainingRegistry
    function claimRound(
        uint256 jobId,
        uint256 number,
        address node,
        uint256 amount,
        bytes32[] calldata proof
    ) external nonReentrant {
        TrainingStorage storage $ = _training();
        JobRecord storage record = _knownJob(jobId);
        RoundRecord storage round = record.rounds[number];
        if (round.claimed[node]) revert TrainingRegistryAlreadyClaimed(jobId, number, node);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(node, amount))));
        if (round.rewardRoot == 0 || !MerkleProof.verifyCalldata(proof, round.rewardRoot, leaf)) {
            revert TrainingRegistryWrongProof(jobId, number, node);
        }
        // A tree may promise more than the round was given: nobody takes another round's money. And
        // nothing is left once the owner reclaimed it.
        uint256 left = record.held == 0 ? 0 : round.unclaimed;
        if (amount > left) revert TrainingRegistryBudgetExceeded(jobId, amount, left);
        round.claimed[node] = true;
        round.unclaimed -= uint128(amount);
        record.committed -= uint128(amount);
        // The fee, at most a tenth, is known only after the call; the escrow takes it with the amount.
        uint256 fee = escrow.payFor(record.owner, node, COMPUTE, amount);
        record.held -= uint128(amount + fee);
        $.totalHeld -= uint128(amount + fee);
        emit RoundClaimed(jobId, number, node, amount, fee);
    }

    /// @inheritdoc ITrainingRegistry
    function roundOf(uint256 jobId, uint256 number)
        external
        view
        returns (bytes32 rewardRoot, bytes32 recordHead)
    {
        RoundRecord storage round = _knownJob(jobId).rounds[number];
        return (round.rewardRoot, round.recordHead);
    }

    /// @inheritdoc ITrainingRegistry
    function hasClaimed(uint256 jobId, uint256 number, address node) external view returns (bool) {
        return _knownJob(jobId).rounds[number].claimed[node];
    }
}
