// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Attestation} from "../types/Attestation.sol";
import {TypedData} from "./TypedData.sol";

/// @title What a node signs under an answer
/// @notice The domain names the `NodeRegistry`, which knows every signer a node ever had.
library AttestationHash {
    bytes32 internal constant DOMAIN_NAME_HASH = keccak256("DDAI Network");
    bytes32 internal constant TYPEHASH = keccak256(
        "Attestation(bytes32 requestId,address payer,address node,uint8 workClass,bytes32 requestHash,bytes32 resultHash,bool deterministic,uint64 expires)"
    );

    function digest(Attestation memory attestation, address nodeRegistry)
        internal
        view
        returns (bytes32)
    {
        bytes32 structHash = keccak256(
            abi.encode(
                TYPEHASH,
                attestation.requestId,
                attestation.payer,
                attestation.node,
                attestation.workClass,
                attestation.requestHash,
                attestation.resultHash,
                attestation.deterministic,
                attestation.expires
            )
        );
        return TypedData.digest(DOMAIN_NAME_HASH, nodeRegistry, structHash);
    }
}
