// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governed} from "./governance/Governed.sol";
import {ICheckpointFaults} from "./interfaces/ICheckpointFaults.sol";
import {ICheckpointManager} from "./interfaces/ICheckpointManager.sol";
import {INodeRegistry} from "./interfaces/INodeRegistry.sol";
import {IStaking} from "./interfaces/IStaking.sol";
import {CheckpointHash} from "./libraries/CheckpointHash.sol";
import {RuleSlash} from "./libraries/RuleSlash.sol";

/// @title Checkpoint faults
/// @notice See {ICheckpointFaults}. Holds no tokens.
contract CheckpointFaults is ICheckpointFaults, Governed {
    struct Slashes {
        uint128 wrongHash;
        uint128 equivocation;
    }

    /// @custom:storage-location erc7201:ddai.storage.CheckpointFaults
    struct FaultsStorage {
        Slashes slashes;
        mapping(bytes32 offence => bool) punished;
    }

    /// @dev ERC-7201 of "ddai.storage.CheckpointFaults".
    bytes32 private constant FAULTS_SLOT =
        0x4f95a0a4da5fbfdc328344baadf3f9094421c648a0105e89f441b979bbd9d300;
    uint256 private constant MIN_SLASH = 1e18;
    uint256 private constant MAX_SLASH = 10_000_000e18;
    IStaking public immutable staking;
    INodeRegistry public immutable nodeRegistry;
    /// @notice Whose domain the signatures are under.
    address public immutable checkpointManager;

    constructor(
        IStaking staking_,
        INodeRegistry nodeRegistry_,
        address checkpointManager_,
        address timelock_,
        uint256 timeUnit_
    ) Governed(timelock_, timeUnit_) {
        _requireAddress(address(staking_));
        _requireAddress(address(nodeRegistry_));
        _requireAddress(checkpointManager_);
        staking = staking_;
        nodeRegistry = nodeRegistry_;
        checkpointManager = checkpointManager_;
    }

    function initialize(uint256 wrongHash, uint256 equivocation) external initializer {
        _setSlashes(wrongHash, equivocation);
    }

    /// @inheritdoc ICheckpointFaults
    function punishWrongHash(
        uint256 height,
        bytes32 blockHash,
        ICheckpointManager.Vote calldata vote
    ) external {
        bytes32 actual = blockhash(height);
        if (actual == bytes32(0)) revert CheckpointHashNotOffered(height);
        if (actual == blockHash) revert CheckpointHashRight(height, blockHash);
        address operator = _operatorOf(_recover(height, blockHash, vote));
        bytes32 offence = _punishOnce("wrongHash", operator, height);
        emit WrongHashPunished(operator, height, blockHash);
        RuleSlash.take(staking, operator, _faults().slashes.wrongHash, false, offence);
    }

    /// @inheritdoc ICheckpointFaults
    function punishEquivocation(
        uint256 height,
        bytes32 firstHash,
        ICheckpointManager.Vote calldata first,
        bytes32 secondHash,
        ICheckpointManager.Vote calldata second
    ) external {
        address firstSigner = _recover(height, firstHash, first);
        address secondSigner = _recover(height, secondHash, second);
        address operator = _operatorOf(firstSigner);
        address other = _operatorOf(secondSigner);
        if (operator != other) revert CheckpointDifferentNodes(operator, other);
        // A digest is keyed by its signer: a rotated key honestly gives another one.
        bool twoDigests =
            firstSigner == secondSigner && first.executionDigest != second.executionDigest;
        if (firstHash == secondHash && !twoDigests) revert CheckpointNoConflict(height);
        bytes32 offence = _punishOnce("equivocation", operator, height);
        emit EquivocationPunished(operator, height);
        RuleSlash.take(staking, operator, _faults().slashes.equivocation, true, offence);
    }

    /// @inheritdoc ICheckpointFaults
    function setCheckpointSlashes(uint256 wrongHash, uint256 equivocation) external onlyTimelock {
        _setSlashes(wrongHash, equivocation);
    }

    /// @inheritdoc ICheckpointFaults
    function checkpointSlashes() external view returns (uint256 wrongHash, uint256 equivocation) {
        Slashes memory slashes = _faults().slashes;
        return (slashes.wrongHash, slashes.equivocation);
    }

    function _setSlashes(uint256 wrongHash, uint256 equivocation) private {
        _requireBounds("wrongHashSlash", wrongHash, MIN_SLASH, MAX_SLASH);
        _requireBounds("equivocationSlash", equivocation, MIN_SLASH, MAX_SLASH);
        _faults().slashes = Slashes(uint128(wrongHash), uint128(equivocation));
        emit CheckpointSlashesSet(wrongHash, equivocation);
    }

    function _punishOnce(bytes32 kind, address operator, uint256 height)
        private
        returns (bytes32 offence)
    {
        offence = keccak256(abi.encode(kind, operator, height));
        mapping(bytes32 offence => bool) storage punished = _faults().punished;
        if (punished[offence]) revert CheckpointAlreadyPunished(operator, height);
        punished[offence] = true;
    }

    function _recover(uint256 height, bytes32 blockHash, ICheckpointManager.Vote calldata vote)
        private
        view
        returns (address)
    {
        bytes32 domain = CheckpointHash.separator(checkpointManager);
        return CheckpointHash.recover(domain, height, blockHash, vote);
    }

    function _operatorOf(address signer) private view returns (address operator) {
        operator = signer == address(0) ? address(0) : nodeRegistry.operatorOf(signer);
        if (operator == address(0)) revert CheckpointUnknownSigner(signer);
    }

    function _faults() private pure returns (FaultsStorage storage $) {
        bytes32 slot = FAULTS_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
