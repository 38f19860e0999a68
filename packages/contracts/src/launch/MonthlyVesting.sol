// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DDAIToken} from "../DDAIToken.sol";

/// @title Tokens of the launch that become free in equal monthly parts
/// @notice Nothing for `cliffMonths`, then one part at the end of each of `parts` months of 30 time
/// units. Not upgradeable and with no owner: nobody, the DAO included, changes a grant. What is
/// vested is counted from all the contract ever held, so it needs no setup beyond being minted to.
contract MonthlyVesting {
    error VestingZeroAddress();
    error VestingPartsInvalid(uint256 parts, uint256 max);
    error VestingStartInvalid(uint256 start, uint256 now_);
    error VestingTimeUnitInvalid(uint256 timeUnit, uint256 max);
    error VestingNotBeneficiary(address caller);
    error VestingNothingReleasable(uint256 nextAt);

    event Released(address indexed beneficiary, uint256 amount);
    event BeneficiarySet(address indexed from, address indexed to);

    uint256 private constant MONTH_UNITS = 30;
    uint256 private constant MAX_MONTHS = 120;
    uint256 private constant MAX_TIME_UNIT = 1 days;

    DDAIToken public immutable token;
    /// @notice Unix seconds at which the first month begins.
    uint256 public immutable start;
    uint256 public immutable cliffMonths;
    uint256 public immutable parts;
    /// @notice Seconds of a month.
    uint256 public immutable month;

    /// @notice Receives every release, and alone may name its successor.
    address public beneficiary;
    /// @notice Wei paid out so far.
    uint256 public released;

    /// @param start_ Unix seconds, zero for now; never in the past, which would skip months.
    constructor(
        DDAIToken token_,
        address beneficiary_,
        uint256 start_,
        uint256 cliffMonths_,
        uint256 parts_,
        uint256 timeUnit_
    ) {
        if (address(token_) == address(0) || beneficiary_ == address(0)) {
            revert VestingZeroAddress();
        }
        if (parts_ == 0 || parts_ > MAX_MONTHS || cliffMonths_ > MAX_MONTHS) {
            revert VestingPartsInvalid(parts_, MAX_MONTHS);
        }
        if (timeUnit_ == 0 || timeUnit_ > MAX_TIME_UNIT) {
            revert VestingTimeUnitInvalid(timeUnit_, MAX_TIME_UNIT);
        }
        if (start_ != 0 && start_ < block.timestamp) {
            revert VestingStartInvalid(start_, block.timestamp);
        }
        token = token_;
        beneficiary = beneficiary_;
        start = start_ == 0 ? block.timestamp : start_;
        cliffMonths = cliffMonths_;
        parts = parts_;
        month = MONTH_UNITS * timeUnit_;
        emit BeneficiarySet(address(0), beneficiary_);
    }

    /// @notice Pays what is vested and has not been paid. By anybody, to the beneficiary only.
    function release() external returns (uint256 amount) {
        amount = releasable();
        if (amount == 0) revert VestingNothingReleasable(nextPartAt());
        released += amount;
        address to = beneficiary;
        emit Released(to, amount);
        token.transfer(to, amount);
    }

    function setBeneficiary(address successor) external {
        if (msg.sender != beneficiary) revert VestingNotBeneficiary(msg.sender);
        if (successor == address(0)) revert VestingZeroAddress();
        beneficiary = successor;
        emit BeneficiarySet(msg.sender, successor);
    }

    /// @notice Wei that `release` would pay now.
    function releasable() public view returns (uint256) {
        uint256 total = token.balanceOf(address(this)) + released;
        // Rounded down; the last part takes what the others left.
        return total * vestedParts() / parts - released;
    }

    /// @notice Parts that are free, 0 to `parts`.
    function vestedParts() public view returns (uint256) {
        if (block.timestamp < start) return 0;
        uint256 months = (block.timestamp - start) / month;
        if (months <= cliffMonths) return 0;
        uint256 free = months - cliffMonths;
        return free < parts ? free : parts;
    }

    /// @notice Unix seconds of the next part; of the last one once all are free.
    function nextPartAt() public view returns (uint256) {
        uint256 next = vestedParts() + 1;
        if (next > parts) next = parts;
        return start + (cliffMonths + next) * month;
    }
}
