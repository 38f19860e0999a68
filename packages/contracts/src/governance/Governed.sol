// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IGoverned} from "../interfaces/IGoverned.sol";
import {Announcements} from "../libraries/Announcements.sol";

/// @title Base of every upgradeable contract here
/// @notice Time parameters that others rely on (thaws, maturity, epoch length) are immutables of the
/// implementation, in time units and bounded by its constructor: to change one is an upgrade, and an
/// upgrade waits 21 units. Everything else the timelock sets within bounds in code.
abstract contract Governed is IGoverned, Initializable, UUPSUpgradeable {
    using Announcements for Announcements.Book;

    /// @custom:storage-location erc7201:ddai.storage.Governed
    struct GovernedStorage {
        Announcements.Book announcements;
    }

    /// @dev ERC-7201 of "ddai.storage.Governed".
    bytes32 private constant GOVERNED_SLOT =
        0xf8a442516a3ef007e76475c5a964c6d88f19837767ad0b4d4b7dea2329452c00;
    uint256 private constant MAX_TIME_UNIT = 1 days;

    /// @inheritdoc IGoverned
    address public immutable timelock;
    /// @inheritdoc IGoverned
    uint256 public immutable timeUnit;

    modifier onlyTimelock() {
        _requireTimelock();
        _;
    }

    constructor(address timelock_, uint256 timeUnit_) {
        _requireAddress(timelock_);
        if (timeUnit_ == 0 || timeUnit_ > MAX_TIME_UNIT) {
            revert GovernedTimeUnitOutOfBounds(timeUnit_, MAX_TIME_UNIT);
        }
        timelock = timelock_;
        timeUnit = timeUnit_;
        _disableInitializers();
    }

    /// @inheritdoc IGoverned
    function announceUpgrade(address implementation, bytes calldata data) external onlyTimelock {
        bytes32 change = upgradeId(implementation, data);
        _announce(change);
        emit UpgradeAnnounced(change, implementation, implementation.codehash, keccak256(data));
    }

    /// @inheritdoc IGoverned
    function cancelAnnouncement(bytes32 change) external onlyTimelock {
        _governed().announcements.cancel(change);
    }

    /// @inheritdoc IGoverned
    function announcedAt(bytes32 change) external view returns (uint256 readyAt) {
        return _governed().announcements.readyAt[change];
    }

    /// @inheritdoc IGoverned
    function announcementDelay() external view returns (uint256) {
        return Announcements.DELAY_UNITS * timeUnit;
    }

    /// @dev The initialiser call runs in this contract's storage, so it is announced with the code.
    function upgradeToAndCall(address newImplementation, bytes memory data)
        public
        payable
        override
        onlyProxy
        onlyTimelock
    {
        _executeAnnounced(_upgradeId(newImplementation, keccak256(data)));
        super.upgradeToAndCall(newImplementation, data);
    }

    /// @inheritdoc IGoverned
    function upgradeId(address implementation, bytes calldata data) public view returns (bytes32) {
        return _upgradeId(implementation, keccak256(data));
    }

    /// @dev `upgradeToAndCall` above is the only way here and has checked the announcement.
    function _authorizeUpgrade(address) internal view override onlyTimelock {}

    function _announce(bytes32 change) internal {
        _governed().announcements.announce(change, timeUnit);
    }

    function _executeAnnounced(bytes32 change) internal {
        _governed().announcements.execute(change, timeUnit);
    }

    function _requireTimelock() internal view {
        if (msg.sender != timelock) revert GovernedNotTimelock(msg.sender);
    }

    function _requireAddress(address account) internal pure {
        if (account == address(0)) revert GovernedZeroAddress();
    }

    function _requireBounds(bytes32 parameter, uint256 value, uint256 min, uint256 max)
        internal
        pure
    {
        if (value < min || value > max) {
            revert GovernedOutOfBounds(parameter, value, min, max);
        }
    }

    /// @dev The code hash, not only the address, so that nothing can be redeployed underneath.
    function _upgradeId(address implementation, bytes32 dataHash) private view returns (bytes32) {
        return keccak256(abi.encode("upgrade", implementation, implementation.codehash, dataHash));
    }

    function _governed() private pure returns (GovernedStorage storage $) {
        bytes32 slot = GOVERNED_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
