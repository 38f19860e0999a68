// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "./Test.sol";

/// @dev Invariants of what one handler drives: forge calls its moves, and nothing else.
abstract contract HandlerTest is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = _handler();
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(_handler(), _moves());
    }

    function _handler() internal view virtual returns (address);

    /// @dev A move that stands here twice comes up twice as often.
    function _moves() internal pure virtual returns (bytes4[] memory list);
}
