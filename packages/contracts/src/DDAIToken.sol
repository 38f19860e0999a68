// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title DDAI: 10,000,000,000 tokens minted once, for ever without an owner
/// @notice Votes live on stake, not here, so a transfer stays cheap and a borrowed token does not
/// vote. No mint function exists after construction; burning lowers the supply.
contract DDAIToken is ERC20, ERC20Permit, ERC20Burnable {
    error TokenAllocationsLength(uint256 holders, uint256 amounts);
    error TokenAllocationsSum(uint256 sum, uint256 supply);

    uint256 public constant INITIAL_SUPPLY = 10_000_000_000e18;

    /// @param holders Who receives the launch allocations.
    /// @param amounts Wei for each, together exactly `INITIAL_SUPPLY`.
    constructor(address[] memory holders, uint256[] memory amounts)
        ERC20("DDAI", "DDAI")
        ERC20Permit("DDAI")
    {
        if (holders.length != amounts.length) {
            revert TokenAllocationsLength(holders.length, amounts.length);
        }
        for (uint256 i = 0; i < holders.length; ++i) {
            _mint(holders[i], amounts[i]);
        }
        if (totalSupply() != INITIAL_SUPPLY) {
            revert TokenAllocationsSum(totalSupply(), INITIAL_SUPPLY);
        }
    }
}
