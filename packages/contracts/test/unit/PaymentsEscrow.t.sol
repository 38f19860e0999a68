// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {PaymentsEscrow} from "../../src/PaymentsEscrow.sol";
import {IGoverned} from "../../src/interfaces/IGoverned.sol";
import {IPausable} from "../../src/interfaces/IPausable.sol";
import {IPaymentsEscrow} from "../../src/interfaces/IPaymentsEscrow.sol";
import {QUERY} from "../../src/types/WorkClass.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {vm} from "../base/Vm.sol";

contract PaymentsEscrowTest is ProtocolTest {
    address private payer = address(0xa11ce);
    address private node = address(0xb0b);

    function setUp() public override {
        super.setUp();
        depositFor(payer, 1_000e18);
    }

    function test_deposit_creditsAnybodyNamed() public {
        fund(node, 5e18);
        vm.startPrank(node);
        token.approve(address(escrow), 5e18);
        escrow.deposit(payer, 5e18);
        vm.stopPrank();
        assertEq(escrow.payerAccount(payer).balance, 1_005e18, "balance");
        assertEq(escrow.totalBalances(), 1_005e18, "total");
    }

    function test_deposit_revertsIf_zeroOrNobodyOrPaused() public {
        vm.expectRevert(IPaymentsEscrow.PaymentsEscrowZeroAmount.selector);
        escrow.deposit(payer, 0);
        vm.expectRevert(IPaymentsEscrow.PaymentsEscrowZeroAddress.selector);
        escrow.deposit(address(0), 1);
        vm.prank(guardian);
        escrow.pause(1 days);
        vm.expectRevert(
            abi.encodeWithSelector(IPausable.PausablePaused.selector, block.timestamp + 1 days)
        );
        escrow.deposit(payer, 1);
    }

    function test_withdraw_waitsForTheThawAndPaysWhatIsLeft() public {
        authorize(payer, gateway);
        stakeFor(node, MIN_QUERY);
        vm.prank(payer);
        uint256 ends = escrow.thaw(1_000e18);
        assertEq(escrow.freeBalance(payer), 0, "nothing free");
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 200e18));
        vm.startPrank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentsEscrow.PaymentsEscrowStillThawing.selector, payer, ends)
        );
        escrow.withdraw();
        vm.warp(ends);
        assertEq(escrow.withdraw(), 790e18, "thawing funds still paid the voucher");
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentsEscrow.PaymentsEscrowNothingThawing.selector, payer)
        );
        escrow.withdraw();
        vm.stopPrank();
    }

    function test_withdraw_leavesReservationsCovered() public {
        authorize(payer, gateway);
        stakeFor(node, MIN_QUERY);
        vm.startPrank(payer);
        escrow.reserve(address(0xca1), 400e18, block.timestamp + 30 days);
        escrow.thaw(560e18);
        vm.stopPrank();
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        vm.warp(block.timestamp + PAYER_THAW);
        vm.prank(payer);
        assertEq(escrow.withdraw(), 455e18, "what the voucher left beside the reservation");
        assertEq(escrow.payerAccount(payer).balance, 440e18, "the reservation, with its fee");
    }

    function test_release_revertsIf_itRunsOutThisSecond() public {
        uint256 until = block.timestamp + 1 days;
        vm.prank(payer);
        escrow.reserve(node, 100e18, until);
        vm.warp(until);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowReservationRunning.selector, payer, node, until
            )
        );
        escrow.release(payer, node);
        vm.warp(until + 1);
        escrow.release(payer, node);
        assertEq(escrow.payerAccount(payer).reserved, 0, "free again");
    }

    function test_thaw_revertsIf_zeroOrMoreThanFree() public {
        vm.startPrank(payer);
        vm.expectRevert(IPaymentsEscrow.PaymentsEscrowZeroAmount.selector);
        escrow.thaw(0);
        escrow.reserve(node, 500e18, block.timestamp + 1 days);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowInsufficient.selector, payer, 451e18, 450e18
            )
        );
        escrow.thaw(451e18);
        escrow.thaw(450e18);
        escrow.cancelThaw();
        assertEq(escrow.freeBalance(payer), 450e18, "free again");
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentsEscrow.PaymentsEscrowNothingThawing.selector, payer)
        );
        escrow.cancelThaw();
        vm.stopPrank();
    }

    function test_authorizeSigner_revertsIf_badInput() public {
        vm.startPrank(payer);
        vm.expectRevert(IPaymentsEscrow.PaymentsEscrowZeroAddress.selector);
        escrow.authorizeSigner(address(0), 1, 1, block.timestamp + 1);
        vm.expectRevert(IPaymentsEscrow.PaymentsEscrowZeroAmount.selector);
        escrow.authorizeSigner(gateway, 0, 1e18, block.timestamp + 1);
        vm.expectRevert(IPaymentsEscrow.PaymentsEscrowZeroAmount.selector);
        escrow.authorizeSigner(gateway, 1e18, 0, block.timestamp + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowExpired.selector, block.timestamp, block.timestamp
            )
        );
        escrow.authorizeSigner(gateway, 1e18, 1e18, block.timestamp);
        uint256 max = type(uint32).max;
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowExpiryTooFar.selector, max + 1, max
            )
        );
        escrow.authorizeSigner(gateway, 1e18, 1e18, max + 1);
        vm.stopPrank();
    }

    function test_authorizeSigner_replacesTheLimitsAndKeepsTodaysSpending() public {
        stakeFor(node, MIN_QUERY);
        vm.prank(payer);
        escrow.authorizeSigner(gateway, 100e18, 50e18, block.timestamp + 30 days);
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 40e18));
        vm.prank(payer);
        escrow.authorizeSigner(gateway, 200e18, 30e18, block.timestamp + 30 days);
        IPaymentsEscrow.SignerAllowance memory allowance = escrow.signerAllowance(payer, gateway);
        assertEq(allowance.remaining, 200e18, "from now on");
        assertEq(allowance.dailyLimit, 30e18, "daily");
        assertEq(allowance.leftToday, 0, "already spent more today");
        vm.warp(block.timestamp + 1 days);
        assertEq(escrow.signerAllowance(payer, gateway).leftToday, 30e18, "a new day");
    }

    function test_authorizeSigner_roundsDownToGweiAndCapsAtAllThereIs() public {
        vm.prank(payer);
        escrow.authorizeSigner(gateway, type(uint256).max, 1.9 gwei, block.timestamp + 1);
        IPaymentsEscrow.SignerAllowance memory allowance = escrow.signerAllowance(payer, gateway);
        assertGe(allowance.remaining, token.INITIAL_SUPPLY(), "no smaller than the supply");
        assertEq(allowance.dailyLimit, 1 gwei, "rounded down");
    }

    function test_freezeSigner_isFinal() public {
        authorize(payer, gateway);
        vm.startPrank(payer);
        escrow.freezeSigner(gateway);
        assertEq(escrow.signerAllowance(payer, gateway).frozenAt, block.timestamp, "frozen");
        bytes memory frozen = abi.encodeWithSelector(
            IPaymentsEscrow.PaymentsEscrowSignerFrozen.selector, payer, gateway, block.timestamp
        );
        vm.expectRevert(frozen);
        escrow.freezeSigner(gateway);
        vm.expectRevert(frozen);
        escrow.authorizeSigner(gateway, 1e18, 1e18, block.timestamp + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowUnknownSigner.selector, payer, address(1)
            )
        );
        escrow.freezeSigner(address(1));
        vm.stopPrank();
    }

    function test_reserve_growsAndProlongsOnly() public {
        uint256 until = block.timestamp + 10 days;
        vm.startPrank(payer);
        escrow.reserve(node, 100e18, until);
        escrow.reserve(node, 50e18, until + 1);
        escrow.reserve(node, 0, until + 2);
        assertEq(escrow.reservation(payer, node).amount, 165e18, "grown");
        assertEq(escrow.reservation(payer, node).until, until + 2, "prolonged");
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowReservationShortened.selector, until + 2, until
            )
        );
        escrow.reserve(node, 1e18, until);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowReservationRunning.selector, payer, node, until + 2
            )
        );
        escrow.release(payer, node);
        vm.stopPrank();
        vm.warp(until + 3);
        vm.prank(address(0xbeef));
        escrow.release(payer, node);
        assertEq(escrow.freeBalance(payer), 1_000e18, "free");
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowNoReservation.selector, payer, node
            )
        );
        escrow.release(payer, node);
    }

    function test_reserve_startsAnewAfterOneRanOut() public {
        vm.startPrank(payer);
        escrow.reserve(node, 100e18, block.timestamp + 1 days);
        vm.warp(block.timestamp + 2 days);
        escrow.reserve(node, 10e18, block.timestamp + 1 days);
        assertEq(escrow.reservation(payer, node).amount, 11e18, "only the new one");
        assertEq(escrow.payerAccount(payer).reserved, 11e18, "reserved");
        vm.stopPrank();
    }

    function test_reserve_doesNotGrowAfterAFreeze() public {
        authorize(payer, gateway);
        vm.startPrank(payer);
        escrow.reserve(node, 100e18, block.timestamp + 10 days);
        escrow.freezeSigner(gateway);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowReservationClosed.selector,
                payer,
                node,
                block.timestamp
            )
        );
        escrow.reserve(node, 1e18, block.timestamp + 10 days);
        escrow.reserve(node, 0, block.timestamp + 11 days);
        vm.stopPrank();
    }

    function test_reserve_revertsIf_badInput() public {
        vm.startPrank(payer);
        vm.expectRevert(IPaymentsEscrow.PaymentsEscrowZeroAddress.selector);
        escrow.reserve(address(0), 1, block.timestamp + 1);
        vm.expectRevert(IPaymentsEscrow.PaymentsEscrowZeroAmount.selector);
        escrow.reserve(node, 0, block.timestamp + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowExpired.selector, block.timestamp, block.timestamp
            )
        );
        escrow.reserve(node, 1, block.timestamp);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowExpiryTooFar.selector,
                block.timestamp + 366 days,
                block.timestamp + 365 days
            )
        );
        escrow.reserve(node, 1, block.timestamp + 366 days);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowInsufficient.selector, payer, 1_100e18, 1_000e18
            )
        );
        escrow.reserve(node, 1_000e18, block.timestamp + 1);
        vm.stopPrank();
    }

    function test_parameters_areBoundedEvenForTheDao() public {
        vm.startPrank(address(timelock));
        vm.expectRevert(outOfBounds("feeBps", 1_001, 0, 1_000));
        escrow.setFee(1_001, 8_000);
        vm.expectRevert(outOfBounds("burnShareBps", 4_999, 5_000, 10_000));
        escrow.setFee(500, 4_999);
        vm.expectRevert(outOfBounds("minimumStake", 0, 1e18, 10_000_000e18));
        escrow.setMinimumStake(QUERY, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentsEscrow.PaymentsEscrowUnknownClass.selector, 4)
        );
        escrow.setMinimumStake(4, 1e18);
        vm.expectRevert(IGoverned.GovernedZeroAddress.selector);
        escrow.setTreasury(address(0));
        escrow.setFee(1_000, 5_000);
        escrow.setMinimumStake(3, 7e18);
        escrow.setTreasury(node);
        vm.stopPrank();
        (uint256 fee, uint256 burn) = escrow.fee();
        assertEq(fee, 1_000, "fee");
        assertEq(burn, 5_000, "burn");
        assertEq(escrow.minimumStake(3), 7e18, "validation");
        assertEq(escrow.minimumStake(2), MIN_STORAGE, "neighbour untouched");
        assertEq(escrow.treasury(), node, "treasury");
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentsEscrow.PaymentsEscrowUnknownClass.selector, 4)
        );
        escrow.minimumStake(4);
    }

    function test_governance_revertsIf_notTheRightCaller() public {
        bytes memory denied =
            abi.encodeWithSelector(IGoverned.GovernedNotTimelock.selector, address(this));
        vm.expectRevert(denied);
        escrow.setFee(0, 5_000);
        vm.expectRevert(denied);
        escrow.setMinimumStake(QUERY, 1e18);
        vm.expectRevert(denied);
        escrow.setTreasury(node);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowNotFeatureTiers.selector, address(this)
            )
        );
        escrow.setTierTable(1);
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentsEscrow.PaymentsEscrowNotStaking.selector, address(this))
        );
        escrow.setTierLock(payer, 1);
    }

    function test_initialize_revertsTheSecondTime() public {
        PaymentsEscrow.Settings memory settings;
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        escrow.initialize(settings);
    }

    function test_voucherDigest_isTheEip712HashOfTheTypeString() public view {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("DDAI PaymentsEscrow"),
                keccak256("1"),
                block.chainid,
                address(escrow)
            )
        );
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "Voucher(address payer,address signer,address node,uint8 workClass,uint128 cumulative)"
                ),
                payer,
                gateway,
                node,
                uint8(2),
                uint128(77)
            )
        );
        bytes32 expected = keccak256(abi.encodePacked(hex"1901", domain, message));
        assertTrue(
            escrow.voucherDigest(voucher(payer, GATEWAY_KEY, node, 2, 77).voucher) == expected,
            "digest"
        );
    }

    function outOfBounds(bytes32 name, uint256 value, uint256 min, uint256 max)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(IGoverned.GovernedOutOfBounds.selector, name, value, min, max);
    }
}
