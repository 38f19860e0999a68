// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {DeterministicFactory} from "../../src/DeterministicFactory.sol";
import {PaymentsEscrow} from "../../src/PaymentsEscrow.sol";
import {IPaymentsEscrow} from "../../src/interfaces/IPaymentsEscrow.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {COMPUTE, QUERY} from "../../src/types/WorkClass.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {SignedVoucher} from "../base/SignedVouchers.sol";
import {vm} from "../base/Vm.sol";

/// @dev A token whose transfers call back into the escrow: what a hostile token upgrade could do.
contract ReenteringToken {
    address private target;
    bytes private call;
    bool public refused;

    function aim(address target_, bytes calldata call_) external {
        (target, call) = (target_, call_);
    }

    function transfer(address, uint256) external returns (bool) {
        (bool entered,) = target.call(call);
        refused = !entered;
        return true;
    }
}

contract PaymentAttacks is ProtocolTest {
    address private payer = address(0xa11ce);
    address private node = address(0xb0b);
    address private accomplice = address(0xca1);
    uint256 private constant N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function setUp() public override {
        super.setUp();
        openAccount(payer, node);
        stakeFor(accomplice, MIN_COMPUTE);
    }

    function test_replay_acrossPayerSignerNodeClassAndAmount() public {
        address other = address(0x0e4);
        depositFor(other, 1_000e18);
        authorize(other, gateway);
        SignedVoucher memory signed = voucher(payer, GATEWAY_KEY, node, QUERY, 10e18);
        collect(signed);

        SignedVoucher memory forged = copy(signed);
        forged.voucher.payer = other;
        rejected(forged);
        forged = copy(signed);
        forged.voucher.node = accomplice;
        rejected(forged);
        forged = copy(signed);
        forged.voucher.workClass = COMPUTE;
        rejected(forged);
        forged = copy(signed);
        forged.voucher.cumulative = 11e18;
        rejected(forged);
        forged = copy(signed);
        forged.voucher.signer = vm.addr(0x99);
        rejected(forged);
    }

    function test_replay_onAForkWithAnotherChainId() public {
        SignedVoucher memory signed = voucher(payer, GATEWAY_KEY, node, QUERY, 10e18);
        vm.chainId(block.chainid + 1);
        rejected(signed);
    }

    function test_replay_onAnotherEscrow() public {
        SignedVoucher memory signed = voucher(payer, GATEWAY_KEY, node, QUERY, 10e18);
        deployProtocol();
        stakeFor(node, MIN_COMPUTE);
        rejected(signed);
    }

    function test_malleableSignature_isRefused() public {
        SignedVoucher memory signed = voucher(payer, GATEWAY_KEY, node, QUERY, 10e18);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(GATEWAY_KEY, escrow.voucherDigest(signed.voucher));
        signed.signature =
            abi.encodePacked(r, bytes32(N - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        rejected(signed);
    }

    function test_zeroSigner_isNobodysSignature() public {
        SignedVoucher memory signed = voucher(payer, GATEWAY_KEY, node, QUERY, 10e18);
        signed.voucher.signer = address(0);
        signed.signature = new bytes(65);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowWrongSigner.selector, address(0), address(0)
            )
        );
        collect(signed);
    }

    function test_twoGatewaysOfOnePayer_cannotEatEachOthersVouchers() public {
        authorize(payer, vm.addr(0x66));
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        (uint256 net,) = collect(voucher(payer, 0x66, node, QUERY, 70e18));
        assertEq(net, 70e18, "counted apart");
    }

    function test_stolenGatewayKey_losesADaysLimitAndNothingAfterTheFreeze() public {
        uint256 thief = 0x7e1f;
        vm.prank(payer);
        escrow.authorizeSigner(vm.addr(thief), 500e18, 100e18, block.timestamp + 90 days);
        (uint256 net,) = collect(voucher(payer, thief, accomplice, QUERY, 1_000_000e18));
        assertEq(net, 100e18, "one day's limit");
        vm.prank(payer);
        escrow.freezeSigner(vm.addr(thief));
        vm.warp(block.timestamp + 1 days);
        (net,) = collect(voucher(payer, thief, accomplice, QUERY, 1_000_000e18));
        assertEq(net, 0, "frozen");
        vm.prank(payer);
        escrow.reserve(accomplice, 50e18, block.timestamp + 10 days);
        (net,) = collect(voucher(payer, thief, accomplice, QUERY, 1_000_000e18));
        assertEq(net, 0, "later reservations are out of its reach");
    }

    function test_overcommittedEscrow_paysReservationsInFull() public {
        address careful = address(0x5afe);
        stakeFor(careful, MIN_QUERY);
        vm.prank(payer);
        escrow.reserve(careful, 500_000e18, block.timestamp + 30 days);
        // The payer promises everything to everybody; another node is faster.
        collect(voucher(payer, GATEWAY_KEY, accomplice, QUERY, 1_000_000e18));
        vm.prank(payer);
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentsEscrow.PaymentsEscrowInsufficient.selector, payer, 1, 0)
        );
        escrow.thaw(1);
        (uint256 net,) = collect(voucher(payer, GATEWAY_KEY, careful, QUERY, 500_000e18));
        assertEq(net, 500_000e18, "in full");
    }

    function test_withdrawalAheadOfCollection_isSeenForTheWholeThaw() public {
        SignedVoucher memory signed = voucher(payer, GATEWAY_KEY, node, QUERY, 300_000e18);
        vm.prank(payer);
        uint256 ends = escrow.thaw(1_000_000e18);
        vm.warp(ends - 1);
        (uint256 net,) = collect(signed);
        assertEq(net, 300_000e18, "thawing funds pay");
    }

    function test_hoardedVouchers_payNothingOnceTheStakeIsGone() public {
        SignedVoucher memory hoarded = voucher(payer, GATEWAY_KEY, node, COMPUTE, 500e18);
        vm.prank(node);
        staking.thaw(IStaking.Kind.Collateral, MIN_COMPUTE);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentsEscrow.PaymentsEscrowStakeBelowMinimum.selector,
                node,
                COMPUTE,
                0,
                MIN_COMPUTE
            )
        );
        collect(hoarded);
    }

    function test_dustVouchers_saveNoFeeWorthTheirGas() public {
        uint256 feeInParts = 0;
        for (uint256 i = 1; i <= 50; ++i) {
            (, uint256 fee) = collect(voucher(payer, GATEWAY_KEY, node, QUERY, i * 19));
            feeInParts += fee;
        }
        // Rounded up each time and capped at a tenth: 19 wei cost one wei of fee.
        assertEq(feeInParts, 50, "dust pays more, not less");
    }

    function test_reentrancy_isRefusedFromTheTokensTransfer() public {
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 100e18));
        ReenteringToken hostile = new ReenteringToken();
        vm.etch(address(token), address(hostile).code);
        ReenteringToken(address(token)).aim(address(escrow), abi.encodeCall(escrow.takeFees, ()));
        vm.warp(block.timestamp + 20 days);
        vm.prank(node);
        escrow.withdrawEarnings(node);
        assertTrue(ReenteringToken(address(token)).refused(), "guarded");
    }

    function test_directTransfer_changesNoAccount() public {
        uint256 balances = escrow.totalBalances();
        fund(address(escrow), 5e18);
        assertEq(escrow.totalBalances(), balances, "a gift to nobody");
    }

    function test_initialise_ofABareImplementationIsImpossible() public {
        PaymentsEscrow.Settings memory settings;
        bytes32 slot = 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;
        address implementation = address(uint160(uint256(vm.load(address(escrow), slot))));
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        PaymentsEscrow(implementation).initialize(settings);
    }

    function test_factory_frontRunnerGetsNoAddressOfOurs() public {
        DeterministicFactory fresh = new DeterministicFactory();
        address ours = fresh.addressOf(address(this), "escrow");
        vm.prank(accomplice);
        fresh.deploy("escrow", hex"6001600c60003960016000f300");
        assertEq(ours.code.length, 0, "untouched");
    }

    function rejected(SignedVoucher memory signed) private {
        (bool paid,) =
            address(escrow).call(abi.encodeCall(escrow.collect, (signed.voucher, signed.signature)));
        assertTrue(!paid, "refused");
    }

    function copy(SignedVoucher memory signed) private pure returns (SignedVoucher memory) {
        return abi.decode(abi.encode(signed), (SignedVoucher));
    }
}
