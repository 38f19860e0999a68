// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {INodeRegistry} from "../../src/interfaces/INodeRegistry.sol";
import {IPaymentsEscrow} from "../../src/interfaces/IPaymentsEscrow.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {TypedData} from "../../src/libraries/TypedData.sol";
import {VoucherHash} from "../../src/libraries/VoucherHash.sol";
import {COMPUTE, QUERY} from "../../src/types/WorkClass.sol";
import {Voucher} from "../../src/types/Voucher.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {SignedVoucher, split} from "../base/SignedVouchers.sol";
import {vm} from "../base/Vm.sol";

contract CollectTest is ProtocolTest {
    address private payer = address(0xa11ce);
    address private node = address(0xb0b);

    function setUp() public override {
        super.setUp();
        openAccount(payer, node);
    }

    function test_collect_paysTheDifferenceOnly() public {
        (uint256 net, uint256 fee) = collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        assertEq(net, 100e18, "net");
        assertEq(fee, 5e18, "fee");
        (net, fee) = collect(voucher(payer, GATEWAY_KEY, node, QUERY, 150e18));
        assertEq(net, 50e18, "difference");
        assertEq(escrow.collectedOf(payer, gateway, node, QUERY), 150e18, "collected");
        assertEq(escrow.payerAccount(payer).balance, 1_000_000e18 - 157.5e18, "charged");
        assertEq(escrow.totalMaturing(), 150e18, "maturing");
        assertEq(escrow.setAsideToBurn(), 6e18, "four fifths of the fee");
        assertEq(escrow.untakenFees(), 1.5e18, "one fifth");
    }

    function test_collect_paysNothingForAnOldVoucher() public {
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        (uint256 net, uint256 fee) = collect(voucher(payer, GATEWAY_KEY, node, QUERY, 60e18));
        assertEq(net + fee, 0, "nothing");
        (net, fee) = collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        assertEq(net + fee, 0, "nothing");
    }

    function test_collect_accruesTheBurnedWeiAsUnits() public {
        collect(voucher(payer, GATEWAY_KEY, node, COMPUTE, 100e18));
        uint256 epoch = emissions.openEpoch().id;
        assertEq(emissions.unitsOf(node, COMPUTE, epoch), 4e18, "node");
        assertEq(emissions.openUnits(COMPUTE), 4e18, "class");
        assertEq(escrow.setAsideToBurn(), 4e18, "burn");
    }

    function test_collect_paysAsFarAsTheBalanceReaches() public {
        address poor = address(0x9002);
        depositFor(poor, 105e18);
        authorize(poor, gateway);
        (uint256 net, uint256 fee) = collect(voucher(poor, GATEWAY_KEY, node, QUERY, 200e18));
        assertEq(net, 100e18, "all that fits with its fee");
        assertEq(fee, 5e18, "fee");
        assertEq(escrow.payerAccount(poor).balance, 0, "emptied");
        depositFor(poor, 21e18);
        (net,) = collect(voucher(poor, GATEWAY_KEY, node, QUERY, 200e18));
        assertEq(net, 20e18, "the rest stays due");
    }

    function testFuzz_collect_chargesExactlyNetPlusFeeWithinTheBalance(uint256 balance, uint256 due)
        public
    {
        balance = bound(balance, 1, 10_000_000e18);
        due = bound(due, 1, 20_000_000e18);
        address other = address(0xf00d);
        depositFor(other, balance);
        authorize(other, gateway);
        (uint256 net, uint256 fee) = collect(voucher(other, GATEWAY_KEY, node, QUERY, due));
        assertLe(net, due, "never more than promised");
        assertLe(fee, net / 10, "never above the highest fee");
        assertEq(escrow.payerAccount(other).balance, balance - net - fee, "to the wei");
        if (net < due) assertLe(balance - net - fee, 2, "all of the balance was used");
    }

    function test_collect_givesTheTiersDiscount() public {
        lockFor(payer, 1_000_000e18);
        (, uint256 fee) = collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        assertEq(fee, 3e18, "40% less");
        vm.prank(payer);
        staking.thaw(IStaking.Kind.TierLock, 999_500e18);
        (, fee) = collect(voucher(payer, GATEWAY_KEY, node, QUERY, 200e18));
        assertEq(fee, 5e18, "no tier, no discount");
    }

    function test_collect_bindsTheSignersCapDayAndExpiry() public {
        address signer = vm.addr(0x77);
        uint256 expires = block.timestamp + 10 days;
        vm.prank(payer);
        escrow.authorizeSigner(signer, 100e18, 30e18, expires);
        (uint256 net,) = collect(voucher(payer, 0x77, node, QUERY, 50e18));
        assertEq(net, 30e18, "a day");
        (net,) = collect(voucher(payer, 0x77, node, QUERY, 50e18));
        assertEq(net, 0, "used up today");
        for (uint256 day = 1; day <= 3; ++day) {
            vm.warp(block.timestamp + 1 days);
            collect(voucher(payer, 0x77, node, QUERY, 1_000e18));
        }
        assertEq(escrow.collectedOf(payer, signer, node, QUERY), 100e18, "the cap in all");
        vm.prank(payer);
        escrow.authorizeSigner(signer, 100e18, 30e18, expires);
        vm.warp(expires + 1);
        (net,) = collect(voucher(payer, 0x77, node, QUERY, 1_000e18));
        assertEq(net, 0, "expired");
    }

    function test_collect_usesTheReservationFirst() public {
        vm.prank(payer);
        escrow.reserve(node, 100e18, block.timestamp + 30 days);
        assertEq(escrow.reservation(payer, node).amount, 110e18, "with the highest fee");
        (uint256 net, uint256 fee) = collect(voucher(payer, GATEWAY_KEY, node, QUERY, 60e18));
        assertEq(escrow.reservation(payer, node).amount, 110e18 - net - fee, "used");
        assertEq(escrow.payerAccount(payer).reserved, 47e18, "reserved");
        assertEq(
            escrow.signerAllowance(payer, gateway).remaining,
            1_000_000_000e18,
            "allowance untouched"
        );
        (net, fee) = collect(voucher(payer, GATEWAY_KEY, node, QUERY, 200e18));
        assertEq(net, 140e18, "then the rest");
        assertEq(escrow.reservation(payer, node).amount, 0, "exhausted");
        assertEq(escrow.payerAccount(payer).balance, 1_000_000e18 - 210e18, "charged");
    }

    function test_collect_cannotTouchAnothersReservation() public {
        address other = address(0xca1);
        vm.prank(payer);
        escrow.reserve(other, 900_000e18, block.timestamp + 30 days);
        (uint256 net,) = collect(voucher(payer, GATEWAY_KEY, node, QUERY, 500_000e18));
        assertEq(net, uint256(10_000e18) * 1e8 / 1.05e8, "only what is free");
        assertEq(escrow.payerAccount(payer).reserved, 990_000e18, "untouched");
    }

    function test_collect_releasesAReservationThatRanOut() public {
        vm.prank(payer);
        escrow.reserve(node, 100e18, block.timestamp + 1 days);
        vm.warp(block.timestamp + 1 days + 1);
        (uint256 net,) = collect(voucher(payer, GATEWAY_KEY, node, QUERY, 60e18));
        assertEq(net, 60e18, "paid from the balance");
        assertEq(escrow.payerAccount(payer).reserved, 0, "released");
        assertEq(escrow.reservation(payer, node).amount, 0, "gone");
    }

    function test_collect_underAFrozenKeyReachesOnlyWhatWasReservedBefore() public {
        vm.prank(payer);
        escrow.reserve(node, 100e18, block.timestamp + 30 days);
        vm.warp(block.timestamp + 1);
        vm.prank(payer);
        escrow.freezeSigner(gateway);
        (uint256 net,) = collect(voucher(payer, GATEWAY_KEY, node, QUERY, 1_000e18));
        assertEq(net, uint256(110e18) * 1e8 / 1.05e8, "the reservation, and no more");
        (net,) = collect(voucher(payer, GATEWAY_KEY, node, QUERY, 1_000e18));
        assertEq(net, 0, "nothing else");
        vm.prank(payer);
        escrow.reserve(node, 100e18, block.timestamp + 30 days);
        (net,) = collect(voucher(payer, GATEWAY_KEY, node, QUERY, 1_000e18));
        assertEq(net, 0, "a new reservation is not for the frozen key");
    }

    function test_collect_revertsIf_malformed() public {
        SignedVoucher memory signed = voucher(payer, GATEWAY_KEY, node, QUERY, 1e18);
        signed.voucher.workClass = 4;
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentsEscrow.PaymentsEscrowUnknownClass.selector, 4)
        );
        collect(signed);

        signed = voucher(payer, 0xdead, node, QUERY, 1e18);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowUnknownSigner.selector, payer, vm.addr(0xdead)
            )
        );
        collect(signed);

        signed = voucher(payer, GATEWAY_KEY, node, QUERY, 1e18);
        signed.signature = hex"00";
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowWrongSigner.selector, gateway, address(0)
            )
        );
        collect(signed);
    }

    /// @dev One voucher has one encoding: no second spelling of an address opens a second account.
    function test_collect_revertsIf_aWordIsTooLong() public {
        SignedVoucher memory signed = voucher(payer, GATEWAY_KEY, node, QUERY, 1e18);
        bytes memory call = abi.encodeCall(escrow.collect, (signed.voucher, signed.signature));
        (bool done,) = address(escrow).call(call);
        assertTrue(done, "as it is");
        uint256[5] memory firstBitBeyond = [uint256(160), 160, 160, 8, 128];
        for (uint256 word = 0; word < 5; ++word) {
            bytes memory longer = bytes.concat(call);
            longer[4 + 32 * word + 31 - firstBitBeyond[word] / 8] = 0x01;
            (done,) = address(escrow).call(longer);
            assertTrue(!done, "a bit more");
            signAgain(longer);
            (done,) = address(escrow).call(longer);
            assertTrue(!done, "not even if the gateway signed it so");
        }
    }

    /// @dev Replaces the signature in a call of `collect` by one over its five words as they are.
    function signAgain(bytes memory call) private view {
        bytes memory words = new bytes(160);
        for (uint256 i = 0; i < 160; ++i) {
            words[i] = call[4 + i];
        }
        bytes32 structHash = keccak256(bytes.concat(VoucherHash.TYPEHASH, words));
        bytes32 digest = TypedData.digest(VoucherHash.domain(address(escrow)), structHash);
        bytes memory signature = sign(GATEWAY_KEY, digest);
        for (uint256 i = 0; i < 65; ++i) {
            // Behind the words, the signature's offset and its length.
            call[4 + 160 + 64 + i] = signature[i];
        }
    }

    function test_collect_revertsIf_stakeBelowTheClassMinimum() public {
        vm.prank(node);
        staking.thaw(IStaking.Kind.Collateral, 1);
        SignedVoucher memory signed = voucher(payer, GATEWAY_KEY, node, COMPUTE, 1e18);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowStakeBelowMinimum.selector,
                node,
                COMPUTE,
                MIN_COMPUTE - 1,
                MIN_COMPUTE
            )
        );
        collect(signed);
        (uint256 net,) = collect(voucher(payer, GATEWAY_KEY, node, QUERY, 1e18));
        assertEq(net, 1e18, "a smaller class is still covered");
    }

    function test_collectMany_equalsCollectingOneByOne() public {
        SignedVoucher[] memory batch = new SignedVoucher[](4);
        batch[0] = voucher(payer, GATEWAY_KEY, node, QUERY, 10e18);
        batch[1] = voucher(payer, GATEWAY_KEY, node, COMPUTE, 20e18);
        batch[2] = voucher(payer, GATEWAY_KEY, node, QUERY, 30e18);
        batch[3] = voucher(payer, GATEWAY_KEY, node, QUERY, 5e18);
        (uint256 net, uint256 fee) = collectMany(batch);
        assertEq(net, 50e18, "net");
        assertEq(fee, 2.5e18, "fee");
        assertEq(emissions.openUnits(QUERY), 1.2e18, "query units");
        assertEq(emissions.openUnits(COMPUTE), 0.8e18, "compute units");
        (net, fee) = collectMany(batch);
        assertEq(net + fee, 0, "a second time");
    }

    function test_collectMany_revertsIf_emptyOrMixed() public {
        vm.expectRevert(IPaymentsEscrow.PaymentsEscrowEmptyBatch.selector);
        escrow.collectMany(new Voucher[](0), "");
        SignedVoucher[] memory batch = new SignedVoucher[](2);
        batch[0] = voucher(payer, GATEWAY_KEY, node, QUERY, 10e18);
        batch[1] = voucher(payer, GATEWAY_KEY, address(0xca1), QUERY, 10e18);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowMixedNodes.selector, node, address(0xca1)
            )
        );
        collectMany(batch);
        (Voucher[] memory vouchers, bytes memory signatures) = split(batch);
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentsEscrow.PaymentsEscrowSignaturesMissing.selector, 2, 131)
        );
        escrow.collectMany(vouchers, bytes.concat(signatures, "x"));
    }

    function test_withdrawEarnings_paysOnlyWhatHasMatured() public {
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 10e18));
        vm.warp(block.timestamp + 3 days);
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 15e18));
        assertEq(escrow.earningsOf(node).withdrawable, 0, "nothing yet");
        vm.prank(node);
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentsEscrow.PaymentsEscrowNothingMatured.selector, node)
        );
        escrow.withdrawEarnings(node);
        vm.warp((START / UNIT + 1) * UNIT + MATURITY - 1);
        assertEq(escrow.earningsOf(node).withdrawable, 0, "a second early");
        vm.warp(block.timestamp + 1);
        vm.prank(node);
        assertEq(escrow.withdrawEarnings(node), 10e18, "the first day");
        vm.warp(block.timestamp + 3 days);
        vm.prank(node);
        assertEq(escrow.withdrawEarnings(node), 5e18, "the fourth day");
        assertEq(escrow.totalMaturing(), 0, "all out");
        assertEq(token.balanceOf(node), 15e18, "paid");
    }

    function test_withdrawEarnings_goesToThePayoutOnTheSignersWord() public {
        registerNode(node, 0x51, 1);
        address payout = address(0x9a1);
        vm.prank(node);
        nodeRegistry.setPayout(payout);
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 10e18));
        vm.warp(block.timestamp + 9 days);
        vm.expectRevert(
            abi.encodeWithSelector(
                INodeRegistry.NodeRegistryNotOperatorOrSigner.selector, address(this), node
            )
        );
        escrow.withdrawEarnings(node);
        vm.prank(vm.addr(0x51));
        escrow.withdrawEarnings(node);
        assertEq(token.balanceOf(payout), 10e18, "payout");
    }

    function test_earnings_doNotMatureWhileADisputeIsOpen() public {
        registerVerifier(100e18, true);
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 10e18));
        vm.warp(block.timestamp + 9 days);
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 30e18));
        vm.prank(verifier);
        staking.freeze(node, 50e18);
        vm.warp(block.timestamp + 20 days);
        assertEq(escrow.earningsOf(node).withdrawable, 10e18, "what had matured before");
        vm.prank(verifier);
        staking.unfreeze(node, 50e18);
        assertEq(escrow.earningsOf(node).withdrawable, 30e18, "acquitted");
    }

    function test_earnings_collectedInADispute_matureAMaturityAfterItsEnd() public {
        registerVerifier(100e18, true);
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 1e18));
        vm.warp(block.timestamp + 8 days);
        vm.prank(verifier);
        staking.freeze(node, 50e18);
        for (uint256 day = 2; day <= 21; ++day) {
            collect(voucher(payer, GATEWAY_KEY, node, QUERY, day * 1e18));
            assertEq(escrow.earningsOf(node).withdrawable, 1e18, "what had matured before");
            vm.warp(block.timestamp + 1 days);
        }
        vm.prank(node);
        escrow.withdrawEarnings(node);
        vm.prank(verifier);
        staking.unfreeze(node, 50e18);
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 50e18));
        assertEq(escrow.earningsOf(node).withdrawable, 0, "not at once");
        vm.warp(block.timestamp + 7 days);
        assertEq(escrow.earningsOf(node).withdrawable, 20e18, "all of the dispute's");
        vm.warp(block.timestamp + 1 days);
        assertEq(escrow.earningsOf(node).withdrawable, 49e18, "and what came after");
    }

    function test_forfeitEarnings_takesWhatHadNotMatured() public {
        registerVerifier(100e18, true);
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 10e18));
        vm.warp(block.timestamp + 9 days);
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 30e18));
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentsEscrow.PaymentsEscrowNothingForfeited.selector, node)
        );
        escrow.forfeitEarnings(node);
        IStaking.Slash memory request = slashRequest(node, 100e18, address(0), true);
        vm.prank(verifier);
        staking.slash(request);
        vm.warp(block.timestamp + 100 days);
        uint256 setAside = escrow.setAsideToBurn();
        assertEq(escrow.forfeitEarnings(node), 20e18, "unmatured");
        assertEq(escrow.setAsideToBurn() - setAside, 20e18, "burned");
        assertEq(escrow.earningsOf(node).withdrawable, 10e18, "matured stays the node's");
        vm.prank(node);
        escrow.withdrawEarnings(node);
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentsEscrow.PaymentsEscrowNothingForfeited.selector, node)
        );
        escrow.forfeitEarnings(node);
        SignedVoucher memory late = voucher(payer, GATEWAY_KEY, node, QUERY, 40e18);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowStakeBelowMinimum.selector, node, QUERY, 0, MIN_QUERY
            )
        );
        collect(late);
    }

    function test_burnSetAside_burnsInOneCallByAnybody() public {
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        uint256 supply = token.totalSupply();
        assertEq(escrow.burnSetAside(), 4e18, "burned");
        assertEq(supply - token.totalSupply(), 4e18, "supply");
        assertEq(escrow.totalBurned(), 4e18, "counted");
        vm.expectRevert(IPaymentsEscrow.PaymentsEscrowZeroAmount.selector);
        escrow.burnSetAside();
    }

    function test_takeFees_goesToTheTreasuryByAnybody() public {
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        assertEq(escrow.takeFees(), 1e18, "taken");
        assertEq(token.balanceOf(treasury), 1e18, "treasury");
        vm.expectRevert(IPaymentsEscrow.PaymentsEscrowZeroAmount.selector);
        escrow.takeFees();
    }
}
