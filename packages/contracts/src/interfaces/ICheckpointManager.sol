// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Checkpoints of the chain, signed by the validators, and the validators' set
/// @notice The set has 4 to 64 members or none. It changes once an epoch, and less than a third of
/// its weight moves at a time, except that whoever lost or thawed its stake leaves. Every
/// `checkpointInterval`-th height is a checkpoint once members with two thirds of the weight signed it.
interface ICheckpointManager {
    /// @notice What one member signed, beside height and block hash.
    /// @param executionDigest `keccak256(abi.encode(signer, height, stateChanges))`, `stateChanges`
    /// being the hash of the ordered state changes that re-executing the blocks since the last
    /// checkpoint gave. Keyed by the signer, so that nobody can copy another's; juries spot-check it.
    /// It proves possession of the execution and nothing more: this contract cannot check it.
    /// @param r First half of the EIP-712 signature.
    /// @param vs Second half and parity, as in EIP-2098.
    struct Vote {
        bytes32 executionDigest;
        bytes32 r;
        bytes32 vs;
    }

    /// @param weight What it adds to a quorum, wei; grows to `stake` over several epochs if large.
    /// @param stake Unthawed stake when the running epoch's set was rolled, wei.
    /// @param signer The key its checkpoints are signed with in the running epoch.
    /// @param since First epoch of the membership.
    /// @param leftAt First epoch after it, zero while it lasts.
    struct Validator {
        address operator;
        address signer;
        uint256 weight;
        uint256 stake;
        bytes32 consensusKey;
        uint256 since;
        uint256 leftAt;
    }

    /// @param epoch The epoch for which the set was rolled; another epoch has no set.
    /// @param size Members, zero if there are fewer than 4 candidates.
    /// @param slots Numbers of members are below it.
    /// @param weight Of all members.
    /// @param baseHeight Last checkpoint before the epoch.
    /// @param lastHeight Last checkpoint.
    struct SetState {
        uint256 epoch;
        uint256 size;
        uint256 slots;
        uint256 weight;
        uint256 baseHeight;
        uint256 lastHeight;
    }

    /// @param signers Bit `1 << slot` for every member that signed.
    struct Checkpoint {
        bytes32 blockHash;
        uint256 height;
        uint256 epoch;
        uint256 signers;
    }

    error CheckpointNotEligible(address operator, uint256 stake, uint256 minimum);
    error CheckpointAlreadyCandidate(address operator);
    error CheckpointNotCandidate(address operator);
    error CheckpointPoolFull(uint256 max);
    error CheckpointNotBelow(address displaced, uint256 stake, uint256 ownStake);
    error CheckpointSetAlreadyRolled(uint256 epoch);
    error CheckpointTooFewValidators(uint256 count, uint256 min);
    error CheckpointSetStale(uint256 setEpoch, uint256 epoch);
    error CheckpointNoValidators(uint256 epoch);
    error CheckpointWrongHeight(uint256 height, uint256 last, uint256 interval);
    error CheckpointFutureHeight(uint256 height, uint256 blockNumber);
    error CheckpointZeroHash(uint256 height);
    error CheckpointWrongBlockHash(uint256 height, bytes32 claimed, bytes32 actual);
    error CheckpointVotesMismatch(uint256 votes, uint256 signers);
    error CheckpointUnknownSlot(uint256 slot);
    error CheckpointWrongSigner(uint256 slot, address signer, address recovered);
    error CheckpointQuorumMissing(uint256 weight, uint256 total);
    error CheckpointUnknown(uint256 height);
    error CheckpointAlreadySigned(uint256 height, uint256 signers);
    error CheckpointNotAMember(address operator, uint256 epoch);
    error CheckpointEpochNotClaimable(uint256 epoch, uint256 setEpoch, uint256 current);

    event CandidateEnlisted(address indexed operator);
    event CandidateDelisted(address indexed operator);
    event ValidatorSetRolled(uint256 indexed epoch, uint256 size, uint256 weight);
    event ValidatorJoined(address indexed operator, uint256 indexed slot, uint256 indexed epoch);
    event ValidatorLeft(address indexed operator, uint256 indexed slot, uint256 indexed epoch);
    event ValidatorSignerRefreshed(address indexed operator, uint256 indexed slot, address signer);
    event CheckpointFinalized(
        uint256 indexed height, bytes32 blockHash, uint256 epoch, uint256 signers
    );
    /// @notice `added` signed after the checkpoint had been finalised.
    event CheckpointSigned(uint256 indexed height, uint256 added);
    event ParticipationClaimed(
        address indexed operator, uint256 indexed epoch, uint256 signed, uint256 scheduled
    );

    /// @notice Makes the caller's node a candidate: registered for `Validation`, its unthawed stake at
    /// least the minimum. Of 64 candidates the newcomer replaces the one it names, if that has less
    /// stake.
    /// @param displaced Ignored while there is room.
    function enlist(address displaced) external;

    /// @notice The caller's node leaves candidates, and the set at the next epochs' pace.
    function delist() external;

    /// @notice Makes the running epoch's set out of the last one and the candidates. By anybody, once
    /// an epoch; at most 64 members and 64 candidates are read.
    function rollSet() external;

    /// @notice Takes a member's rotated signer over before the next epoch. By anybody.
    function refreshSigner(uint256 slot) external;

    /// @notice Finalises a checkpoint.
    /// @param signerBitmap Bit `1 << slot` for each vote, in ascending order of slots.
    function submitCheckpoint(
        uint256 height,
        bytes32 blockHash,
        uint256 signerBitmap,
        Vote[] calldata votes
    ) external;

    /// @notice Counts members that signed too late for the submission, within the same epoch.
    function addSignatures(uint256 height, uint256 signerBitmap, Vote[] calldata votes) external;

    /// @notice Accrues a member's bonded units for an epoch that is over, by its count of signatures.
    /// By anybody, while `EmissionsController` takes units for that epoch.
    function claimParticipation(address operator, uint256 epoch) external returns (uint256 units);

    /// @notice Block producers for engines that read them from a contract (Besu QBFT): addresses out
    /// of the members' consensus keys, without duplicates and without keys that are no address.
    function getValidators() external view returns (address[] memory);

    function validatorSet() external view returns (SetState memory);

    function validator(uint256 slot) external view returns (Validator memory);

    /// @notice The member's number. Reverts if the account is no member.
    function slotOf(address operator) external view returns (uint256);

    function candidates() external view returns (address[] memory);

    /// @notice A checkpoint among the last 256. Reverts if unknown or older.
    function checkpoint(uint256 height) external view returns (Checkpoint memory);

    /// @notice Signatures of a member counted in an epoch, while they are kept (four epochs), and
    /// how many it could have given: heights passed, whether they were finalised or not.
    function participation(address operator, uint256 epoch)
        external
        view
        returns (uint256 signed, uint256 scheduled);

    /// @notice EIP-712 `Checkpoint(uint256 height,bytes32 blockHash,bytes32 executionDigest)`.
    function checkpointDigest(uint256 height, bytes32 blockHash, bytes32 executionDigest)
        external
        view
        returns (bytes32);

    function checkpointInterval() external view returns (uint256);

    function epochLength() external view returns (uint256);
}
