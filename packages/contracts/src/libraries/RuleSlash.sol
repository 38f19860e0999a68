// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IStaking} from "../interfaces/IStaking.sol";

/// @title A slash that a rule fixes, never above what `Staking` lets the calling verifier take
/// @notice A figure above the cap must not turn punishing off; the cap then is the figure.
library RuleSlash {
    /// @dev The caller of this function's caller is the reporter.
    function take(IStaking staking, address node, uint256 amount, bool convict, bytes32 evidence)
        internal
        returns (uint256 taken)
    {
        (, IStaking.VerifierTerms memory terms) = staking.verifier(address(this));
        return staking.slash(
            IStaking.Slash({
                node: node,
                amount: Math.min(amount, terms.maxSlash),
                reporter: msg.sender,
                unfreeze: 0,
                convict: convict,
                evidence: evidence
            })
        );
    }
}
