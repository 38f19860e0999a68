// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputeManager} from "../interfaces/IDisputeManager.sol";
import {IStaking} from "../interfaces/IStaking.sol";
import {Attestation} from "../types/Attestation.sol";
import {DisputesBase} from "./DisputesBase.sol";

/// @title Two signatures that no honest node ever makes
abstract contract Equivocation is DisputesBase {
    /// @inheritdoc IDisputeManager
    function proveEquivocation(
        Attestation memory first,
        bytes calldata firstSignature,
        Attestation memory second,
        bytes calldata secondSignature
    ) external nonReentrant returns (uint256 taken) {
        if (!_contradict(first, second)) {
            revert DisputeManagerNotEquivocation(first.requestHash, second.requestHash);
        }
        _requireSigned(first, firstSignature);
        _requireSigned(second, secondSignature);
        address node = first.node;
        bytes32 evidence =
            keccak256(abi.encode(node, first.payer, first.requestId, first.requestHash));
        // All of it, at most the verifier's cap a call: a proof needs no mark that it was used, since
        // repeating it can only take what is forfeited anyway.
        uint256 amount = _cut(node, BPS);
        if (amount == 0 && staking.isConvicted(node)) revert DisputeManagerNothingLeft(node);
        taken = _slash(IStaking.Slash(node, amount, msg.sender, 0, true, evidence));
        emit EquivocationProven(node, evidence, msg.sender, taken);
    }

    function _contradict(Attestation memory first, Attestation memory second)
        private
        pure
        returns (bool)
    {
        return first.deterministic && second.deterministic && first.node == second.node
            && first.payer == second.payer && first.requestId == second.requestId
            && first.requestHash == second.requestHash && first.resultHash != second.resultHash;
    }
}
