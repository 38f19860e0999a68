// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Voucher} from "../types/Voucher.sol";
import {TypedData} from "./TypedData.sol";

/// @title What a voucher's signer signs, and where its collected amount is kept
library VoucherHash {
    bytes32 internal constant DOMAIN_NAME_HASH = keccak256("DDAI PaymentsEscrow");
    bytes32 internal constant TYPEHASH = keccak256(
        "Voucher(address payer,address signer,address node,uint8 workClass,uint128 cumulative)"
    );

    function digest(Voucher calldata voucher, address escrow) internal view returns (bytes32) {
        bytes32 structHash = keccak256(
            abi.encode(
                TYPEHASH,
                voucher.payer,
                voucher.signer,
                voucher.node,
                voucher.workClass,
                voucher.cumulative
            )
        );
        return TypedData.digest(DOMAIN_NAME_HASH, escrow, structHash);
    }

    /// @dev One key per payer, signer, node and class: two gateways of one payer count separately.
    function ledgerKey(address payer, address signer, address node, uint8 workClass)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(payer, signer, node, workClass));
    }
}
