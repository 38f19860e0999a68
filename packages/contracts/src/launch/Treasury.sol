// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title What belongs to the DAO: its share of fees, its vested grant, whatever it is given
/// @notice Only the timelock moves anything, so every payment was proposed, voted on and waited for.
/// Holds any ERC-20, and ether that somebody sent. Not upgradeable.
contract Treasury {
    using SafeERC20 for IERC20;

    error TreasuryZeroAddress();
    error TreasuryZeroAmount();
    error TreasuryNotTimelock(address caller);

    event Paid(address indexed token, address indexed to, uint256 amount);

    address public immutable timelock;

    modifier onlyTimelock() {
        if (msg.sender != timelock) revert TreasuryNotTimelock(msg.sender);
        _;
    }

    constructor(address timelock_) {
        if (timelock_ == address(0)) revert TreasuryZeroAddress();
        timelock = timelock_;
    }

    receive() external payable {}

    /// @notice Pays `amount` of an ERC-20.
    function pay(IERC20 token, address to, uint256 amount) external onlyTimelock {
        _require(to, amount);
        emit Paid(address(token), to, amount);
        token.safeTransfer(to, amount);
    }

    /// @notice Pays ether, in wei; shown as token zero.
    function payEther(address payable to, uint256 amount) external onlyTimelock {
        _require(to, amount);
        emit Paid(address(0), to, amount);
        Address.sendValue(to, amount);
    }

    function _require(address to, uint256 amount) private pure {
        if (to == address(0)) revert TreasuryZeroAddress();
        if (amount == 0) revert TreasuryZeroAmount();
    }
}
