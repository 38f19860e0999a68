// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Airdrop} from "../../src/launch/Airdrop.sol";
import {MonthlyVesting} from "../../src/launch/MonthlyVesting.sol";
import {Treasury} from "../../src/launch/Treasury.sol";
import {LaunchTest} from "../base/LaunchTest.sol";
import {vm} from "../base/Vm.sol";

contract LaunchUnitTest is LaunchTest {
    address private constant BENEFICIARY = address(0xbe4ef);
    address private constant ALICE = address(0xa11ce);
    address private constant BOB = address(0xb0b);

    function test_release_paysNothingBeforeTheThirteenthMonthIsOver() public {
        MonthlyVesting vesting = newVesting(12, 36, 360e18);
        vm.warp(START + 13 * MONTH - 1);
        assertEq(vesting.releasable(), 0, "releasable");
        vm.expectRevert(
            abi.encodeWithSelector(
                MonthlyVesting.VestingNothingReleasable.selector, START + 13 * MONTH
            )
        );
        vesting.release();
        vm.warp(START + 13 * MONTH);
        assertEq(vesting.release(), 10e18, "first part");
        assertEq(token.balanceOf(BENEFICIARY), 10e18, "paid");
    }

    function test_release_paysEqualPartsAndAllInTheEnd() public {
        MonthlyVesting vesting = newVesting(12, 36, 100e18 + 7);
        uint256 least = type(uint256).max;
        uint256 most = 0;
        for (uint256 month = 13; month <= 48; ++month) {
            vm.warp(START + month * MONTH);
            uint256 part = vesting.release();
            if (part < least) least = part;
            if (part > most) most = part;
        }
        assertLe(most - least, 1, "parts differ by a wei at most");
        assertEq(token.balanceOf(BENEFICIARY), 100e18 + 7, "all of it");
        assertEq(token.balanceOf(address(vesting)), 0, "nothing stays");
        assertEq(vesting.nextPartAt(), START + 48 * MONTH, "no part after the last");
    }

    function testFuzz_release_neverPaysAheadOfTheLine(uint256 amount, uint256 elapsed) public {
        amount = bound(amount, 1, 1_000_000_000e18);
        elapsed = bound(elapsed, 0, 60 * MONTH);
        MonthlyVesting vesting = newVesting(0, 24, amount);
        vm.warp(START + elapsed);
        uint256 cap = elapsed >= 24 * MONTH ? amount : amount * elapsed / (24 * MONTH);
        assertLe(vesting.releasable(), cap, "ahead of a straight line");
    }

    function test_release_ofTokensThatCameLaterFollowsTheSameSchedule() public {
        MonthlyVesting vesting = newVesting(0, 24, 24e18);
        vm.warp(START + 12 * MONTH);
        vesting.release();
        fund(address(vesting), 24e18);
        assertEq(vesting.releasable(), 12e18, "half of what came");
    }

    function test_setBeneficiary_byTheBeneficiaryOnly() public {
        MonthlyVesting vesting = newVesting(0, 24, 24e18);
        vm.expectRevert(
            abi.encodeWithSelector(MonthlyVesting.VestingNotBeneficiary.selector, address(timelock))
        );
        vm.prank(address(timelock));
        vesting.setBeneficiary(ALICE);
        vm.prank(BENEFICIARY);
        vesting.setBeneficiary(ALICE);
        vm.warp(START + MONTH);
        vesting.release();
        assertEq(token.balanceOf(ALICE), 1e18, "paid to the successor");
        vm.prank(ALICE);
        vm.expectRevert(MonthlyVesting.VestingZeroAddress.selector);
        vesting.setBeneficiary(address(0));
    }

    function test_vesting_revertsIf_parametersMakeNoSense() public {
        vm.expectRevert(abi.encodeWithSelector(MonthlyVesting.VestingPartsInvalid.selector, 0, 120));
        new MonthlyVesting(token, ALICE, 0, 12, 0, UNIT);
        vm.expectRevert(
            abi.encodeWithSelector(MonthlyVesting.VestingPartsInvalid.selector, 121, 120)
        );
        new MonthlyVesting(token, ALICE, 0, 12, 121, UNIT);
        vm.expectRevert(
            abi.encodeWithSelector(MonthlyVesting.VestingPartsInvalid.selector, 36, 120)
        );
        new MonthlyVesting(token, ALICE, 0, 121, 36, UNIT);
        vm.expectRevert(
            abi.encodeWithSelector(MonthlyVesting.VestingStartInvalid.selector, START - 1, START)
        );
        new MonthlyVesting(token, ALICE, START - 1, 12, 36, UNIT);
        vm.expectRevert(
            abi.encodeWithSelector(MonthlyVesting.VestingTimeUnitInvalid.selector, 0, 1 days)
        );
        new MonthlyVesting(token, ALICE, 0, 12, 36, 0);
        vm.expectRevert(
            abi.encodeWithSelector(MonthlyVesting.VestingTimeUnitInvalid.selector, 2 days, 1 days)
        );
        new MonthlyVesting(token, ALICE, 0, 12, 36, 2 days);
        vm.expectRevert(MonthlyVesting.VestingZeroAddress.selector);
        new MonthlyVesting(token, address(0), 0, 12, 36, UNIT);
    }

    function test_vesting_beginsAtANamedMomentToCome() public {
        MonthlyVesting vesting =
            new MonthlyVesting(token, BENEFICIARY, START + 10 * MONTH, 0, 24, UNIT);
        fund(address(vesting), 24e18);
        assertEq(vesting.vestedParts(), 0, "before the start");
        vm.warp(START + 11 * MONTH);
        assertEq(vesting.releasable(), 1e18, "a month after it");
    }

    function test_claim_paysEachAccountItsAmountOnce() public {
        (Airdrop airdrop, bytes32[] memory forAlice, bytes32[] memory forBob) = twoClaims();
        airdrop.claim(ALICE, 5e18, forAlice);
        airdrop.claim(BOB, 7e18, forBob);
        assertEq(token.balanceOf(ALICE), 5e18, "alice");
        assertEq(token.balanceOf(BOB), 7e18, "bob");
        vm.expectRevert(abi.encodeWithSelector(Airdrop.AirdropAlreadyClaimed.selector, ALICE));
        airdrop.claim(ALICE, 5e18, forAlice);
    }

    function test_claim_revertsIf_amountAccountOrProofIsAnothers() public {
        (Airdrop airdrop, bytes32[] memory forAlice, bytes32[] memory forBob) = twoClaims();
        vm.expectRevert(abi.encodeWithSelector(Airdrop.AirdropWrongProof.selector, ALICE, 6e18));
        airdrop.claim(ALICE, 6e18, forAlice);
        vm.expectRevert(abi.encodeWithSelector(Airdrop.AirdropWrongProof.selector, ALICE, 5e18));
        airdrop.claim(ALICE, 5e18, forBob);
        vm.expectRevert(abi.encodeWithSelector(Airdrop.AirdropWrongProof.selector, BOB, 5e18));
        airdrop.claim(BOB, 5e18, forAlice);
    }

    function test_claim_revertsIf_theListPromisesMoreThanThereIs() public {
        bytes32 root = leaf(ALICE, 13e18);
        Airdrop airdrop = newAirdrop(root, 12e18);
        vm.expectRevert(abi.encodeWithSelector(Airdrop.AirdropExhausted.selector, 13e18, 12e18));
        airdrop.claim(ALICE, 13e18, new bytes32[](0));
    }

    function test_claim_revertsIf_theYearIsOver() public {
        (Airdrop airdrop, bytes32[] memory forAlice,) = twoClaims();
        vm.warp(START + 365 days);
        airdrop.claim(ALICE, 5e18, forAlice);
        vm.warp(START + 365 days + 1);
        vm.expectRevert(abi.encodeWithSelector(Airdrop.AirdropOver.selector, START + 365 days));
        airdrop.claim(BOB, 7e18, forAlice);
    }

    function test_setRoot_onceByTheTimelock() public {
        Airdrop airdrop = newAirdrop(0, 12e18);
        vm.expectRevert(Airdrop.AirdropRootMissing.selector);
        airdrop.claim(ALICE, 5e18, new bytes32[](0));
        vm.expectRevert(abi.encodeWithSelector(Airdrop.AirdropNotTimelock.selector, address(this)));
        airdrop.setRoot(leaf(ALICE, 5e18));
        vm.startPrank(address(timelock));
        vm.expectRevert(Airdrop.AirdropZeroRoot.selector);
        airdrop.setRoot(0);
        airdrop.setRoot(leaf(ALICE, 5e18));
        vm.expectRevert(
            abi.encodeWithSelector(Airdrop.AirdropRootAlreadySet.selector, leaf(ALICE, 5e18))
        );
        airdrop.setRoot(leaf(BOB, 5e18));
        vm.stopPrank();
        airdrop.claim(ALICE, 5e18, new bytes32[](0));
        assertEq(token.balanceOf(ALICE), 5e18, "claimed");
    }

    function test_returnRest_givesTheReserveWhatNobodyClaimed() public {
        (Airdrop airdrop, bytes32[] memory forAlice,) = twoClaims();
        airdrop.claim(ALICE, 5e18, forAlice);
        vm.expectRevert(abi.encodeWithSelector(Airdrop.AirdropRunning.selector, START + 365 days));
        airdrop.returnRest();
        vm.warp(START + 365 days + 1);
        uint256 reserve = emissions.ledger().reserve;
        assertEq(airdrop.returnRest(), 7e18, "rest");
        assertEq(emissions.ledger().reserve - reserve, 7e18, "reserve");
        assertEq(emissions.totalFunded(), 6_000_000_000e18 + 7e18, "funded");
        vm.expectRevert(Airdrop.AirdropNothingLeft.selector);
        airdrop.returnRest();
    }

    function test_airdrop_revertsIf_aPartIsMissing() public {
        vm.expectRevert(Airdrop.AirdropZeroAddress.selector);
        new Airdrop(token, emissions, address(0), UNIT, 0);
        vm.expectRevert(abi.encodeWithSelector(Airdrop.AirdropTimeUnitInvalid.selector, 0, 1 days));
        new Airdrop(token, emissions, address(timelock), 0, 0);
        vm.expectRevert(
            abi.encodeWithSelector(Airdrop.AirdropTimeUnitInvalid.selector, 2 days, 1 days)
        );
        new Airdrop(token, emissions, address(timelock), 2 days, 0);
    }

    function test_treasury_paysOnTheTimelocksWordOnly() public {
        fund(address(dao), 3e18);
        vm.expectRevert(
            abi.encodeWithSelector(Treasury.TreasuryNotTimelock.selector, address(this))
        );
        dao.pay(IERC20(address(token)), ALICE, 1e18);
        vm.expectRevert(
            abi.encodeWithSelector(Treasury.TreasuryNotTimelock.selector, address(this))
        );
        dao.payEther(payable(ALICE), 1);
        vm.startPrank(address(timelock));
        dao.pay(IERC20(address(token)), ALICE, 1e18);
        vm.expectRevert(Treasury.TreasuryZeroAmount.selector);
        dao.pay(IERC20(address(token)), ALICE, 0);
        vm.expectRevert(Treasury.TreasuryZeroAddress.selector);
        dao.pay(IERC20(address(token)), address(0), 1);
        vm.stopPrank();
        assertEq(token.balanceOf(ALICE), 1e18, "paid");
        vm.expectRevert(Treasury.TreasuryZeroAddress.selector);
        new Treasury(address(0));
    }

    function test_treasury_keepsAndPaysEther() public {
        vm.deal(address(this), 1 ether);
        (bool sent,) = address(dao).call{value: 1 ether}("");
        assertTrue(sent, "received");
        vm.prank(address(timelock));
        dao.payEther(payable(BOB), 0.25 ether);
        assertEq(BOB.balance, 0.25 ether, "paid");
    }

    function twoClaims()
        private
        returns (Airdrop airdrop, bytes32[] memory forAlice, bytes32[] memory forBob)
    {
        (bytes32 a, bytes32 b) = (leaf(ALICE, 5e18), leaf(BOB, 7e18));
        airdrop = newAirdrop(
            a < b ? keccak256(bytes.concat(a, b)) : keccak256(bytes.concat(b, a)), 12e18
        );
        forAlice = new bytes32[](1);
        forBob = new bytes32[](1);
        (forAlice[0], forBob[0]) = (b, a);
    }

    function leaf(address account, uint256 amount) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(account, amount))));
    }
}
