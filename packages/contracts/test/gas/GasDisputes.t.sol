// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Attestation} from "../../src/types/Attestation.sol";
import {DisputeTest} from "../base/DisputeTest.sol";
import {vm} from "../base/Vm.sol";

/// @dev Full transactions: run with `forge test --isolate`. See {GasTest}.
contract GasDisputesTest is DisputeTest {
    string private group;

    function setUp() public override {
        super.setUp();
        group = vm.envOr("DDAI_GAS_SNAPSHOT", string("cancun"));
    }

    /// @dev The design's goal is 190,000; the package's README says where the rest goes.
    function test_gas_proveEquivocation() public {
        address reporter = address(0x4e9);
        fund(reporter, 1);
        Attestation memory first = attest(1, CLAIMED);
        Attestation memory second = attest(1, TRUTH);
        bytes memory firstSignature = signedBy(NODE_KEY, first);
        bytes memory secondSignature = signedBy(NODE_KEY, second);
        vm.prank(reporter);
        disputes.proveEquivocation(first, firstSignature, second, secondSignature);
        within("prove equivocation", 190_000);
    }

    function test_gas_openDispute() public {
        open(1);
        within("open dispute", 460_000);
    }

    function test_gas_juryAndExecution() public {
        uint256 id = open(1);
        drawJury(id);
        for (uint256 i = 0; i < JURORS; ++i) {
            if (claim(id, jurors[i]) == 0) continue;
            if (i == 1) vm.snapshotGasLastCall(group, "claim jury seats");
            commit(id, jurors[i], TRUTH);
            if (i == 1) vm.snapshotGasLastCall(group, "commit verdict");
        }
        vm.warp(current(id).commitEnds);
        for (uint256 i = 0; i < JURORS; ++i) {
            if (winning(id, jurors[i]).length == 0) continue;
            reveal(id, jurors[i], TRUTH);
            if (i == 1) vm.snapshotGasLastCall(group, "reveal verdict");
        }
        vm.warp(current(id).revealEnds);
        disputes.resolve(id);
        within("count a draw", 120_000);
        vm.warp(block.timestamp + 4 * UNIT);
        disputes.resolve(id);
        within("execute a conviction", 260_000);
        disputes.claimJurorFee(id, 0, jurors[1]);
        within("claim juror fee", 100_000);
    }

    function within(string memory name, uint256 goal) private {
        assertLe(vm.snapshotGasLastCall(group, name), goal, name);
    }
}
