// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governed} from "./governance/Governed.sol";
import {IDisputeManager} from "./interfaces/IDisputeManager.sol";
import {ISlashGuardian} from "./interfaces/ISlashGuardian.sol";

/// @title Slash guardian
/// @notice See {ISlashGuardian}. A contract of its own, so that the address that `DisputeManager`
/// trusts never changes while the DAO replaces the account behind it.
contract SlashGuardian is ISlashGuardian, Governed {
    /// @custom:storage-location erc7201:ddai.storage.SlashGuardian
    struct GuardianStorage {
        address guardian;
    }

    /// @dev ERC-7201 of "ddai.storage.SlashGuardian".
    bytes32 private constant GUARDIAN_SLOT =
        0x5f027ab26901159bfa5c799ac53b593d7e4da9611da508c2e07f6d7caa534300;

    IDisputeManager public immutable disputeManager;

    constructor(IDisputeManager disputeManager_, address timelock_, uint256 timeUnit_)
        Governed(timelock_, timeUnit_)
    {
        _requireAddress(address(disputeManager_));
        disputeManager = disputeManager_;
    }

    function initialize(address guardian_) external initializer {
        _setGuardian(guardian_);
    }

    /// @inheritdoc ISlashGuardian
    function cancel(uint256 disputeId) external {
        if (msg.sender != _guardian().guardian) revert SlashGuardianNotGuardian(msg.sender);
        emit SlashCancelled(disputeId, msg.sender);
        disputeManager.cancel(disputeId);
    }

    /// @inheritdoc ISlashGuardian
    function setGuardian(address guardian_) external onlyTimelock {
        _setGuardian(guardian_);
    }

    /// @inheritdoc ISlashGuardian
    function guardian() external view returns (address) {
        return _guardian().guardian;
    }

    function _setGuardian(address guardian_) private {
        _guardian().guardian = guardian_;
        emit GuardianSet(guardian_);
    }

    function _guardian() private pure returns (GuardianStorage storage $) {
        bytes32 slot = GUARDIAN_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
