// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Federated training jobs on chain: terms, rounds, the pay for them, the model that came out
/// @notice What is learned never touches the chain. Here lie the terms that everybody agreed to, a
/// commitment to each round before the next begins, the money for the rounds, and at the end the root
/// of the receipt and the hash of the model. A round is a statement of the coordinator that the job's
/// owner chose; the receipt is what anybody can check it against.
interface ITrainingRegistry {
    /// @dev What one example more or less means: a record, a customer, a whole participant.
    enum PrivacyUnit {
        None,
        Record,
        Customer,
        Participant
    }

    enum Status {
        None,
        Open,
        Completed,
        Cancelled
    }

    /// @param termsHash keccak256 of the whole terms, as the participants signed them.
    /// @param coordinator The key that commits rounds; a gateway's.
    /// @param rounds Most rounds.
    /// @param minCohort Fewest survivors with which a round counts, 4 or more.
    /// @param minOperators Fewest operators among them, 3 or more, so that nobody can subtract its way
    /// to one other.
    /// @param privacyUnit Unit of differential privacy; `None` if there is none.
    /// @param epsilonMilli Thousandths of ε for the whole job; zero exactly if the unit is `None`.
    /// @param deltaExponent δ is 10 to the minus this: 3 to 12; zero if the unit is `None`.
    /// @param deadline Unix seconds after which anybody may end the job.
    /// @param budget Wei for participants, fees not included; zero if they are paid by voucher alone.
    struct Terms {
        bytes32 termsHash;
        address coordinator;
        uint16 rounds;
        uint16 minCohort;
        uint16 minOperators;
        PrivacyUnit privacyUnit;
        uint32 epsilonMilli;
        uint8 deltaExponent;
        uint48 deadline;
        uint128 budget;
    }

    /// @param number Counted from 1.
    /// @param survivors Participants whose updates are in the sum.
    /// @param operators Operators among them.
    /// @param aggregateHash SHA-256 of the aggregate.
    /// @param recordHead Head of the job's hash-chained record behind this round.
    /// @param rewardRoot Merkle root of what each participant gets; zero exactly if `rewards` is.
    /// @param rewards Wei for all of them, fees not included.
    struct Round {
        uint16 number;
        uint16 survivors;
        uint16 operators;
        bytes32 aggregateHash;
        bytes32 recordHead;
        bytes32 rewardRoot;
        uint128 rewards;
    }

    /// @param held Wei of the deposit that is still here.
    /// @param committed Wei of rewards committed and unclaimed, fees not included.
    /// @param cancelledFrom Unix seconds from which no round can be committed; zero if not cancelled.
    /// @param endedAt Unix seconds of completion or closing; zero before.
    struct Job {
        Status status;
        address owner;
        uint16 roundsCommitted;
        uint128 held;
        uint128 committed;
        uint48 cancelledFrom;
        uint48 endedAt;
        bytes32 receiptRoot;
        bytes32 modelHash;
    }

    error TrainingRegistryZeroTerms();
    error TrainingRegistryCohortTooSmall(uint256 minCohort, uint256 minOperators);
    error TrainingRegistryRoundsOutOfBounds(uint256 rounds, uint256 max);
    error TrainingRegistryPrivacyInvalid(
        PrivacyUnit unit, uint256 epsilonMilli, uint256 deltaExponent
    );
    error TrainingRegistryDeadlineOutOfBounds(uint256 deadline, uint256 min, uint256 max);
    error TrainingRegistryUnknownJob(uint256 jobId);
    error TrainingRegistryNotOpen(uint256 jobId, Status status);
    error TrainingRegistryNotCoordinator(uint256 jobId, address caller);
    error TrainingRegistryNotOwner(uint256 jobId, address caller);
    error TrainingRegistryRoundOutOfOrder(uint256 jobId, uint256 number, uint256 expected);
    error TrainingRegistryTooManyRounds(uint256 jobId, uint256 max);
    error TrainingRegistryRoundTooSmall(uint256 jobId, uint256 survivors, uint256 operators);
    error TrainingRegistryZeroHash();
    error TrainingRegistryRewardsInvalid(bytes32 rewardRoot, uint256 rewards);
    error TrainingRegistryBudgetExceeded(uint256 jobId, uint256 wanted, uint256 left);
    error TrainingRegistryRoundsClosed(uint256 jobId, uint256 since);
    error TrainingRegistryStillRunning(uint256 jobId, uint256 until);
    error TrainingRegistryAlreadyCancelled(uint256 jobId, uint256 cancelledFrom);
    error TrainingRegistryAlreadyClaimed(uint256 jobId, uint256 round, address node);
    error TrainingRegistryWrongProof(uint256 jobId, uint256 round, address node);
    error TrainingRegistryNothingToReclaim(uint256 jobId, uint256 from);

    event JobCreated(
        uint256 indexed jobId,
        address indexed owner,
        address indexed coordinator,
        bytes32 termsHash,
        Terms terms,
        uint256 deposit
    );
    event RoundCommitted(uint256 indexed jobId, uint256 indexed number, Round round);
    event RoundClaimed(
        uint256 indexed jobId,
        uint256 indexed number,
        address indexed node,
        uint256 amount,
        uint256 fee
    );
    event JobCompleted(
        uint256 indexed jobId, bytes32 receiptRoot, bytes32 modelHash, uint256 refund
    );
    event JobCancelled(uint256 indexed jobId, address indexed by, uint256 roundsUntil);
    event JobClosed(uint256 indexed jobId, uint256 refund);
    event Reclaimed(uint256 indexed jobId, uint256 amount);

    /// @notice Opens a job. Takes budget and the highest fee on it from the caller, who must have
    /// approved it; what is not spent comes back.
    function createJob(Terms calldata terms) external returns (uint256 jobId);

    /// @notice By the coordinator, one round after the other, before the next begins.
    function commitRound(uint256 jobId, Round calldata round) external;

    /// @notice Pays a participant its part of a round through the escrow: same fee, same burn, same
    /// maturing, same reward units as a voucher. By anybody. A leaf of the round's tree is
    /// keccak256(keccak256(abi.encode(node, amount))).
    function claimRound(
        uint256 jobId,
        uint256 number,
        address node,
        uint256 amount,
        bytes32[] calldata proof
    ) external;

    /// @notice Ends the job with its results; by the coordinator. What is not committed goes back.
    function completeJob(uint256 jobId, bytes32 receiptRoot, bytes32 modelHash) external;

    /// @notice By the owner, or by anybody after the deadline. For one more time unit the coordinator
    /// can commit rounds that were served; committed rounds are paid whatever follows.
    function cancelJob(uint256 jobId) external;

    /// @notice Gives the owner back what is not committed, once a cancelled job takes no more rounds.
    /// By anybody.
    function closeJob(uint256 jobId) external returns (uint256 refund);

    /// @notice Gives the owner back what nobody claimed, 90 time units after the end.
    function reclaim(uint256 jobId) external returns (uint256 amount);

    function job(uint256 jobId) external view returns (Job memory);

    function termsOf(uint256 jobId) external view returns (Terms memory);

    /// @return rewardRoot Zero if the round carries no rewards. @return recordHead Head of the record
    /// behind it, zero if it was not committed.
    function roundOf(uint256 jobId, uint256 number)
        external
        view
        returns (bytes32 rewardRoot, bytes32 recordHead);

    function hasClaimed(uint256 jobId, uint256 number, address node) external view returns (bool);

    function jobCount() external view returns (uint256);

    /// @notice All deposits held, in wei.
    function totalHeld() external view returns (uint256);
}
