// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPausable} from "../interfaces/IPausable.sol";
import {IProtocolRegistry} from "../interfaces/IProtocolRegistry.sol";
import {Governed} from "./Governed.sol";

/// @title A pause for what brings money in; never for what takes it out
/// @notice One guardian, named in `ProtocolRegistry`, or the timelock. It ends by itself, and the
/// cool-down makes it impossible to keep a contract shut by pausing again and again.
abstract contract Pausable is IPausable, Governed {
    /// @custom:storage-location erc7201:ddai.storage.Pausable
    struct PausableStorage {
        uint48 pausedUntil;
        uint48 nextPauseAt;
    }

    /// @dev ERC-7201 of "ddai.storage.Pausable".
    bytes32 private constant PAUSABLE_SLOT =
        0xb6860bb34688dc1c55af4e5e973efdbeb361eb712ed35d65f26af3c7c881d200;
    uint256 private constant MAX_PAUSE_UNITS = 7;
    uint256 private constant COOL_DOWN_UNITS = 7;

    /// @notice Names the pause guardian.
    IProtocolRegistry public immutable protocolRegistry;

    modifier whenOpen() {
        uint256 until = _pausable().pausedUntil;
        if (block.timestamp < until) revert PausablePaused(until);
        _;
    }

    modifier onlyGuardian() {
        _requireGuardian();
        _;
    }

    constructor(IProtocolRegistry protocolRegistry_) {
        _requireAddress(address(protocolRegistry_));
        protocolRegistry = protocolRegistry_;
    }

    /// @inheritdoc IPausable
    function pause(uint256 duration) external onlyGuardian {
        PausableStorage storage $ = _pausable();
        uint256 max = MAX_PAUSE_UNITS * timeUnit;
        if (duration == 0 || duration > max) revert PausableTooLong(duration, max);
        if (block.timestamp < $.nextPauseAt) revert PausableCoolingDown($.nextPauseAt);
        _set($, block.timestamp + duration);
        emit Paused(msg.sender, $.pausedUntil);
    }

    /// @inheritdoc IPausable
    function unpause() external onlyGuardian {
        PausableStorage storage $ = _pausable();
        // Only shortens: outside a pause it must not push the next possible pause away.
        if (block.timestamp < $.pausedUntil) {
            _set($, block.timestamp);
            emit Unpaused(msg.sender);
        }
    }

    /// @inheritdoc IPausable
    function pausedUntil() external view returns (uint256) {
        return _pausable().pausedUntil;
    }

    function _requireGuardian() private view {
        if (msg.sender != timelock && msg.sender != protocolRegistry.pauseGuardian()) {
            revert PausableNotGuardian(msg.sender);
        }
    }

    function _set(PausableStorage storage $, uint256 until) private {
        $.pausedUntil = uint48(until);
        $.nextPauseAt = uint48(until + COOL_DOWN_UNITS * timeUnit);
    }

    function _pausable() private pure returns (PausableStorage storage $) {
        bytes32 slot = PAUSABLE_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
