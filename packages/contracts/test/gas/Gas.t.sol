// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStaking} from "../../src/interfaces/IStaking.sol";
import {COMPUTE, QUERY} from "../../src/types/WorkClass.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {SignedVoucher} from "../base/SignedVouchers.sol";
import {vm} from "../base/Vm.sol";

/// @dev Full transactions: run with `forge test --isolate`. The exact figures are in `snapshots/`, one
/// folder for each EVM version; what is asserted here is the design's goal, or a ceiling where it has
/// none.
contract GasTest is ProtocolTest {
    address private payer = addressOf("payer");
    address private node = addressOf("node");
    string private group;

    function setUp() public override {
        super.setUp();
        group = vm.envOr("DDAI_GAS_SNAPSHOT", string("cancun"));
        openAccount(payer, node);
        registerNode(node, 0x51, 2);
        // Within one second a change of votes keeps no history, which would flatter the figures.
        vm.warp(block.timestamp + 1 hours);
    }

    function test_gas_stake() public {
        fund(node, 100e18);
        vm.prank(node);
        staking.stake(100e18);
        within("stake", 125_000);
    }

    function test_gas_stake_first() public {
        address account = address(0xf125);
        fund(account, 100e18);
        vm.prank(account);
        token.approve(address(staking), type(uint256).max);
        vm.prank(account);
        staking.stake(100e18);
        within("stake, first", 160_000);
    }

    function test_gas_thaw() public {
        vm.warp(block.timestamp + 1);
        vm.prank(node);
        staking.thaw(IStaking.Kind.Collateral, 100e18);
        within("thaw", 110_000);
    }

    /// @dev The same on a node's second earning day as on any later one: both words of its earnings
    /// are there since the first.
    function test_gas_collect_first() public {
        for (uint256 day = 0; day < 12; ++day) {
            SignedVoucher memory next =
                voucher(payer, GATEWAY_KEY, node, COMPUTE, (day + 1) * 10e18);
            escrow.collect(next.voucher, next.signature);
            if (day == 1) within("collect, first in an epoch, new node", 135_000);
            if (day == 11) within("collect, first in an epoch", 135_000);
            nextDay();
        }
    }

    /// @dev While a dispute holds the node, and on the day after it.
    function test_gas_collect_first_aroundADispute() public {
        registerVerifier(1_000e18, true);
        emissions.closeEpoch();
        for (uint256 day = 0; day < 12; ++day) {
            if (day == 3) freezeNode(node, 100e18);
            if (day == 11) unfreezeNode(node, 100e18);
            SignedVoucher memory next =
                voucher(payer, GATEWAY_KEY, node, COMPUTE, (day + 1) * 10e18);
            escrow.collect(next.voucher, next.signature);
            if (day == 8) within("collect, first in an epoch, in a dispute", 135_000);
            if (day == 11) within("collect, first in an epoch, after a dispute", 135_000);
            nextDay();
        }
    }

    function test_gas_collect_firstEver() public {
        SignedVoucher memory next = voucher(payer, GATEWAY_KEY, node, COMPUTE, 20e18);
        escrow.collect(next.voucher, next.signature);
        within("collect, first of a node ever", 200_000);
    }

    function test_gas_collect_repeated() public {
        collect(voucher(payer, GATEWAY_KEY, node, COMPUTE, 10e18));
        SignedVoucher memory next = voucher(payer, GATEWAY_KEY, node, COMPUTE, 20e18);
        escrow.collect(next.voucher, next.signature);
        within("collect, repeated", 100_000);
    }

    function test_gas_collect_withTierDiscount() public {
        lockFor(payer, 1_000_000e18);
        collect(voucher(payer, GATEWAY_KEY, node, COMPUTE, 10e18));
        SignedVoucher memory next = voucher(payer, GATEWAY_KEY, node, COMPUTE, 20e18);
        escrow.collect(next.voucher, next.signature);
        within("collect, repeated, with a tier discount", 105_000);
    }

    function test_gas_collect_fromReservation() public {
        vm.prank(payer);
        escrow.reserve(node, 1_000e18, block.timestamp + 30 days);
        collect(voucher(payer, GATEWAY_KEY, node, COMPUTE, 10e18));
        SignedVoucher memory next = voucher(payer, GATEWAY_KEY, node, COMPUTE, 20e18);
        escrow.collect(next.voucher, next.signature);
        within("collect, repeated, from a reservation", 105_000);
    }

    function test_gas_collectMany_tenPayers() public {
        SignedVoucher[] memory batch = new SignedVoucher[](10);
        for (uint256 round = 0; round < 2; ++round) {
            for (uint256 i = 0; i < 10; ++i) {
                address other = addressOf(abi.encode("payer", i));
                if (round == 0) {
                    depositFor(other, 1_000e18);
                    authorize(other, gateway);
                }
                batch[i] = voucher(other, GATEWAY_KEY, node, QUERY, 10e18 * (round + 1));
            }
            if (round == 0) collectMany(batch);
        }
        collectMany(batch);
        uint256 used = vm.snapshotGasLastCall(group, "collect ten vouchers of ten payers");
        assertLe(used / 10, 35_000, "gas of each of ten vouchers of ten payers");
    }

    function test_gas_collectMany_tenGatewaysOfOnePayer() public {
        SignedVoucher[] memory batch = new SignedVoucher[](10);
        for (uint256 round = 0; round < 2; ++round) {
            for (uint256 i = 0; i < 10; ++i) {
                if (round == 0) authorize(payer, vm.addr(0x9000 + i));
                batch[i] = voucher(payer, 0x9000 + i, node, COMPUTE, 10e18 * (round + 1));
            }
            if (round == 0) collectMany(batch);
        }
        collectMany(batch);
        uint256 used = vm.snapshotGasLastCall(group, "collect ten vouchers of one payer");
        assertLe(used / 10, 35_000, "gas of each of ten vouchers");
    }

    function test_gas_claim() public {
        uint256[] memory epochs = new uint256[](1);
        for (uint256 i = 1; i <= 2; ++i) {
            epochs[0] = emissions.openEpoch().id;
            collect(voucher(payer, GATEWAY_KEY, node, COMPUTE, i * 10e18));
            nextDay();
            if (i == 1) {
                vm.prank(node);
                emissions.claim(node, COMPUTE, epochs);
            }
        }
        vm.prank(node);
        emissions.claim(node, COMPUTE, epochs);
        within("claim, repeated", 65_000);
    }

    function test_gas_closeEpoch() public {
        collect(voucher(payer, GATEWAY_KEY, node, COMPUTE, 10e18));
        vm.warp(block.timestamp + EPOCH);
        emissions.closeEpoch();
        within("close epoch, one class", 150_000);
    }

    function test_gas_withdrawEarnings() public {
        for (uint256 day = 1; day < 12; ++day) {
            collect(voucher(payer, GATEWAY_KEY, node, COMPUTE, day * 10e18));
            nextDay();
        }
        vm.prank(node);
        escrow.withdrawEarnings(node);
        within("withdraw earnings, eleven days", 110_000);
    }

    function test_gas_slash() public {
        registerVerifier(1_000e18, true);
        address reporter = address(0x4e9);
        fund(reporter, 1);
        IStaking.Slash memory request = slashRequest(node, 100e18, reporter, false);
        vm.prank(verifier);
        staking.slash(request);
        within("slash", 135_000);
    }

    function test_gas_castVote() public {
        address whale = address(0xd40);
        stakeFor(whale, 60_000_000e18);
        (address early, address another) = (address(0xd41), address(0xd42));
        stakeFor(early, 1_000e18);
        stakeFor(another, 1_000e18);
        vm.warp(block.timestamp + 1);
        address[] memory targets = new address[](1);
        bytes[] memory calls = new bytes[](1);
        targets[0] = address(escrow);
        calls[0] = abi.encodeCall(escrow.setFee, (400, BURN_BPS));
        vm.prank(whale);
        uint256 id = governor.propose(targets, new uint256[](1), calls, "lower the fee");
        vm.warp(block.timestamp + UNIT + 1);
        vm.prank(early);
        governor.castVote(id, 0);
        vm.prank(another);
        governor.castVote(id, 0);
        within("cast vote, before the quorum", 68_000);
        vm.prank(whale);
        governor.castVote(id, 1);
        vm.snapshotGasLastCall(group, "cast vote, the one that reaches quorum");
        vm.prank(node);
        governor.castVote(id, 1);
        within("cast vote", 68_000);
    }

    function freezeNode(address account, uint256 amount) private {
        vm.prank(verifier);
        staking.freeze(account, amount);
    }

    function unfreezeNode(address account, uint256 amount) private {
        vm.prank(verifier);
        staking.unfreeze(account, amount);
    }

    /// @dev Without the zero bytes of a made-up one, which would flatter the calldata.
    function addressOf(bytes memory name) private pure returns (address) {
        return address(uint160(uint256(keccak256(name))));
    }

    function nextDay() private {
        vm.warp(block.timestamp + EPOCH);
        emissions.closeEpoch();
    }

    function within(string memory name, uint256 goal) private {
        assertLe(vm.snapshotGasLastCall(group, name), goal, name);
    }
}
