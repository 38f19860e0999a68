// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStaking} from "../../src/interfaces/IStaking.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {vm} from "../base/Vm.sol";

/// @dev A namespace moved by accident would orphan everybody's balances in an upgrade.
contract StorageSlotsTest is ProtocolTest {
    function test_namespaces_startWhereErc7201Says() public {
        address account = address(0xb0b);
        stakeFor(account, 3e18);
        depositFor(account, 5e18);
        assertEq(
            uint96(
                uint256(
                    vm.load(address(staking), entry(account, namespace("ddai.storage.Staking")))
                )
            ),
            3e18,
            "Staking: collateral is the first mapping"
        );
        assertEq(
            uint96(
                uint256(
                    vm.load(
                        address(escrow), entry(account, namespace("ddai.storage.PaymentsEscrow"))
                    )
                )
            ),
            5e18,
            "PaymentsEscrow: payers are the first mapping"
        );
        assertEq(
            uint128(
                uint256(
                    vm.load(
                        address(emissions), bytes32(namespace("ddai.storage.EmissionsController"))
                    )
                )
            ),
            emissions.ledger().reserve,
            "EmissionsController: the ledger comes first"
        );
        assertEq(
            uint256(
                vm.load(address(featureTiers), bytes32(namespace("ddai.storage.FeatureTiers")))
            ),
            featureTiers.tierTable(),
            "FeatureTiers: the table comes first"
        );
        assertEq(
            uint256(
                vm.load(
                    address(protocolRegistry),
                    bytes32(namespace("ddai.storage.ProtocolRegistry") + 2)
                )
            ) & type(uint160).max,
            uint160(guardian),
            "ProtocolRegistry: the guardian comes third"
        );
    }

    function test_namespaces_ofTheBasesToo() public {
        address account = address(0xb0b);
        vm.prank(account);
        staking.delegate(address(0xca1));
        assertEq(
            uint256(
                vm.load(address(staking), entry(account, namespace("ddai.storage.StakedVotes")))
            ),
            0xca1,
            "StakedVotes: delegatees are the first mapping"
        );
        vm.prank(guardian);
        staking.pause(1 days);
        assertEq(
            uint48(uint256(vm.load(address(staking), bytes32(namespace("ddai.storage.Pausable"))))),
            block.timestamp + 1 days,
            "Pausable"
        );
        vm.prank(address(timelock));
        staking.announceVerifier(verifier, IStaking.VerifierTerms(1, false));
        bytes32 change =
            keccak256(abi.encode("verifier", verifier, IStaking.VerifierTerms(1, false)));
        bytes32 slot = keccak256(abi.encode(change, namespace("ddai.storage.Governed")));
        assertEq(uint256(vm.load(address(staking), slot)), block.timestamp + 21 days, "Governed");
        vm.prank(guardian);
        staking.unpause();
        registerNode(operator(), 0x51, 1);
        slot = entry(operator(), namespace("ddai.storage.NodeRegistry"));
        assertEq(
            uint256(vm.load(address(nodeRegistry), slot)) & type(uint160).max,
            uint160(operator()),
            "NodeRegistry: nodes are the first mapping, the payout leads"
        );
    }

    function operator() private returns (address account) {
        account = address(0x0e2);
        if (staking.collateralOf(account) == 0) stakeFor(account, MIN_QUERY);
    }

    function namespace(string memory id) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(uint256(keccak256(bytes(id))) - 1))) & ~uint256(0xff);
    }

    function entry(address key, uint256 slot) private pure returns (bytes32) {
        return keccak256(abi.encode(key, slot));
    }
}
