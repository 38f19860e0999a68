// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICheckpointManager} from "./ICheckpointManager.sol";

/// @title Slashing what a validator's signatures prove by themselves
/// @notice A verifier of its own, so that the right to convict lies with nothing but these two
/// proofs. Signers name their node for ever: rotating, retiring or leaving the set is no way out.
interface ICheckpointFaults {
    error CheckpointUnknownSigner(address signer);
    error CheckpointHashNotOffered(uint256 height);
    error CheckpointHashRight(uint256 height, bytes32 blockHash);
    error CheckpointDifferentNodes(address first, address second);
    error CheckpointNoConflict(uint256 height);
    error CheckpointAlreadyPunished(address operator, uint256 height);

    event WrongHashPunished(address indexed operator, uint256 indexed height, bytes32 blockHash);
    event EquivocationPunished(address indexed operator, uint256 indexed height);
    event CheckpointSlashesSet(uint256 wrongHash, uint256 equivocation);

    /// @notice Slashes a node that signed a hash which `blockhash` contradicts, once a height.
    function punishWrongHash(
        uint256 height,
        bytes32 blockHash,
        ICheckpointManager.Vote calldata vote
    ) external;

    /// @notice Slashes and convicts a node that signed one height twice: with two hashes (under any
    /// keys it ever had), or with two digests under one key.
    function punishEquivocation(
        uint256 height,
        bytes32 firstHash,
        ICheckpointManager.Vote calldata first,
        bytes32 secondHash,
        ICheckpointManager.Vote calldata second
    ) external;

    /// @notice What a wrong hash and an equivocation cost, wei.
    function setCheckpointSlashes(uint256 wrongHash, uint256 equivocation) external;

    function checkpointSlashes() external view returns (uint256 wrongHash, uint256 equivocation);
}
