// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IGoverned} from "../interfaces/IGoverned.sol";
import {Announcements} from "../libraries/Announcements.sol";

/// @title OpenZeppelin's timelock, with grave changes to itself announced
/// @notice Its roles and its delay decide who governs everything, so a call of the timelock to itself
/// needs, beyond the ordinary delay, an announcement 21 time units old of exactly that call.
contract DDAITimelock is TimelockController {
    using Announcements for Announcements.Book;

    error TimelockDelayOutOfBounds(uint256 delay, uint256 min, uint256 max);

    uint256 private constant MIN_DELAY_UNITS = 2;
    uint256 private constant MAX_DELAY_UNITS = 30;
    uint256 private constant MAX_TIME_UNIT = 1 days;

    uint256 public immutable timeUnit;

    Announcements.Book private _announcements;

    /// @param delay Seconds between queueing and executing, 2 to 30 time units.
    /// @param governor The only proposer and canceller. Anybody executes what is ready.
    constructor(uint256 delay, uint256 timeUnit_, address governor)
        TimelockController(delay, _list(governor), _list(address(0)), address(0))
    {
        if (governor == address(0)) revert IGoverned.GovernedZeroAddress();
        if (timeUnit_ == 0 || timeUnit_ > MAX_TIME_UNIT) {
            revert IGoverned.GovernedTimeUnitOutOfBounds(timeUnit_, MAX_TIME_UNIT);
        }
        timeUnit = timeUnit_;
        _checkDelay(delay);
    }

    /// @notice Announces a call of the timelock to itself; only by the timelock.
    function announce(bytes calldata data) external {
        _onlySelf();
        _announcements.announce(keccak256(data), timeUnit);
    }

    function cancelAnnouncement(bytes calldata data) external {
        _onlySelf();
        _announcements.cancel(keccak256(data));
    }

    /// @notice When the announced self-call may be executed, zero if it is not announced.
    function announcedAt(bytes calldata data) external view returns (uint256) {
        return _announcements.readyAt[keccak256(data)];
    }

    /// @inheritdoc TimelockController
    function updateDelay(uint256 newDelay) public override {
        _checkDelay(newDelay);
        super.updateDelay(newDelay);
    }

    function _execute(address target, uint256 value, bytes calldata data) internal override {
        if (target == address(this) && !_isAnnouncing(data)) {
            _announcements.execute(keccak256(data), timeUnit);
        }
        super._execute(target, value, data);
    }

    function _isAnnouncing(bytes calldata data) private pure returns (bool) {
        if (data.length < 4) return false;
        bytes4 selector = bytes4(data);
        return selector == this.announce.selector || selector == this.cancelAnnouncement.selector;
    }

    function _onlySelf() private view {
        if (msg.sender != address(this)) revert TimelockUnauthorizedCaller(msg.sender);
    }

    function _checkDelay(uint256 delay) private view {
        uint256 min = MIN_DELAY_UNITS * timeUnit;
        uint256 max = MAX_DELAY_UNITS * timeUnit;
        if (delay < min || delay > max) revert TimelockDelayOutOfBounds(delay, min, max);
    }

    function _list(address account) private pure returns (address[] memory accounts) {
        accounts = new address[](1);
        accounts[0] = account;
    }
}
