// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Voucher} from "../../src/types/Voucher.sol";

/// @notice A voucher with its 65-byte signature `r || s || v`.
struct SignedVoucher {
    Voucher voucher;
    bytes signature;
}

/// @notice The same as `collectMany` takes it: vouchers, and their signatures in one row.
function split(SignedVoucher[] memory batch)
    pure
    returns (Voucher[] memory vouchers, bytes memory signatures)
{
    vouchers = new Voucher[](batch.length);
    for (uint256 i = 0; i < batch.length; ++i) {
        vouchers[i] = batch[i].voucher;
        signatures = bytes.concat(signatures, batch[i].signature);
    }
}
