// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {DDAIToken} from "../../src/DDAIToken.sol";
import {Staking} from "../../src/Staking.sol";
import {StakedVotes} from "../../src/governance/StakedVotes.sol";
import {IGoverned} from "../../src/interfaces/IGoverned.sol";
import {IPausable} from "../../src/interfaces/IPausable.sol";
import {IPaymentsEscrow} from "../../src/interfaces/IPaymentsEscrow.sol";
import {IProtocolRegistry} from "../../src/interfaces/IProtocolRegistry.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {vm} from "../base/Vm.sol";

contract StakingTest is ProtocolTest {
    address private node = address(0xb0b);
    address private other = address(0xca1);
    address private reporter = address(0x4e9);

    IStaking.Kind private constant COLLATERAL = IStaking.Kind.Collateral;
    IStaking.Kind private constant LOCK = IStaking.Kind.TierLock;

    function test_stake_movesTokensAndVotesForItself() public {
        stakeFor(node, 100e18);
        assertEq(staking.position(node, COLLATERAL).active, 100e18, "active");
        assertEq(staking.collateralOf(node), 100e18, "collateral");
        assertEq(staking.getVotes(node), 100e18, "votes");
        assertEq(staking.delegates(node), node, "delegate");
        assertEq(staking.totalStaked(), 100e18, "total");
        assertEq(token.balanceOf(address(staking)), 100e18, "tokens");
    }

    function test_stake_revertsIf_zero() public {
        vm.expectRevert(IStaking.StakingZeroAmount.selector);
        staking.stake(0);
        vm.expectRevert(IStaking.StakingZeroAmount.selector);
        staking.lock(0);
    }

    function test_lock_votesButIsNoCollateral() public {
        lockFor(node, 5_000e18);
        assertEq(staking.lockOf(node), 5_000e18, "lock");
        assertEq(staking.collateralOf(node), 0, "collateral");
        assertEq(staking.getVotes(node), 5_000e18, "votes");
        assertEq(escrow.payerAccount(node).tierLock, 5_000, "told the escrow");
    }

    function test_thaw_losesVotesAtOnceAndPaysAfterTheThaw() public {
        stakeFor(node, 100e18);
        vm.startPrank(node);
        uint256 ends = staking.thaw(COLLATERAL, 40e18);
        assertEq(ends, block.timestamp + STAKE_THAW, "ends");
        assertEq(staking.getVotes(node), 60e18, "votes");
        assertEq(staking.totalStaked(), 100e18, "still held");
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingStillThawing.selector, node, COLLATERAL, ends)
        );
        staking.withdraw(COLLATERAL);
        vm.warp(ends);
        assertEq(staking.withdraw(COLLATERAL), 40e18, "paid");
        vm.stopPrank();
        assertEq(token.balanceOf(node), 40e18, "balance");
        assertEq(staking.totalStaked(), 60e18, "left");
    }

    function test_thaw_joinsAPendingOneAndStartsItsClockAnew() public {
        stakeFor(node, 100e18);
        vm.startPrank(node);
        staking.thaw(COLLATERAL, 10e18);
        vm.warp(block.timestamp + 10 days);
        uint256 ends = staking.thaw(COLLATERAL, 5e18);
        assertEq(ends, block.timestamp + STAKE_THAW, "anew");
        assertEq(staking.position(node, COLLATERAL).thawing, 15e18, "joined");
        vm.stopPrank();
    }

    function test_thaw_revertsIf_zeroOrMoreThanActive() public {
        stakeFor(node, 100e18);
        vm.startPrank(node);
        vm.expectRevert(IStaking.StakingZeroAmount.selector);
        staking.thaw(COLLATERAL, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStaking.StakingInsufficient.selector, node, COLLATERAL, 101e18, 100e18
            )
        );
        staking.thaw(COLLATERAL, 101e18);
        vm.stopPrank();
    }

    function test_thaw_endsATierAtOnce() public {
        lockFor(node, 10_000e18);
        assertEq(featureTiers.tierOf(node), 2, "tier");
        vm.prank(node);
        staking.thaw(LOCK, 1e18);
        assertEq(featureTiers.tierOf(node), 1, "lower");
        assertEq(escrow.payerAccount(node).tierLock, 9_999, "escrow");
        vm.prank(node);
        staking.cancelThaw(LOCK);
        assertEq(escrow.payerAccount(node).tierLock, 10_000, "back");
    }

    function test_cancelThaw_restoresVotes() public {
        stakeFor(node, 100e18);
        vm.startPrank(node);
        staking.thaw(COLLATERAL, 100e18);
        staking.cancelThaw(COLLATERAL);
        assertEq(staking.getVotes(node), 100e18, "votes");
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingNothingThawing.selector, node, COLLATERAL)
        );
        staking.cancelThaw(COLLATERAL);
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingNothingThawing.selector, node, COLLATERAL)
        );
        staking.withdraw(COLLATERAL);
        vm.stopPrank();
    }

    function test_delegate_movesVotesAndNeverToNobody() public {
        stakeFor(node, 100e18);
        vm.startPrank(node);
        staking.delegate(other);
        assertEq(staking.getVotes(other), 100e18, "moved");
        assertEq(staking.getVotes(node), 0, "gone");
        vm.expectRevert(abi.encodeWithSelector(StakedVotes.VotesZeroDelegate.selector, node));
        staking.delegate(address(0));
        staking.delegate(node);
        assertEq(staking.getVotes(node), 100e18, "back");
        vm.stopPrank();
    }

    function test_delegate_carriesLaterStake() public {
        vm.prank(node);
        staking.delegate(other);
        stakeFor(node, 7e18);
        assertEq(staking.getVotes(other), 7e18, "later stake");
    }

    function test_delegateBySig_usesEachNonceOnce() public {
        uint256 key = 0x5163;
        address account = vm.addr(key);
        stakeFor(account, 3e18);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, delegation(other, 0, block.timestamp));
        staking.delegateBySig(other, 0, block.timestamp, v, r, s);
        assertEq(staking.getVotes(other), 3e18, "delegated");
        vm.expectRevert(
            abi.encodeWithSelector(StakedVotes.VotesInvalidNonce.selector, account, 0, 1)
        );
        staking.delegateBySig(other, 0, block.timestamp, v, r, s);
    }

    function test_delegateBySig_revertsIf_expiredOrMalformed() public {
        uint256 expiry = block.timestamp - 1;
        vm.expectRevert(abi.encodeWithSelector(IVotes.VotesExpiredSignature.selector, expiry));
        staking.delegateBySig(other, 0, expiry, 27, bytes32(uint256(1)), bytes32(uint256(1)));
        vm.expectRevert(StakedVotes.VotesInvalidSignature.selector);
        staking.delegateBySig(other, 0, block.timestamp, 99, bytes32(uint256(1)), bytes32(0));
    }

    function test_getPastVotes_answersEverySecondOfThePast() public {
        uint256 first = block.timestamp;
        stakeFor(node, 10e18);
        vm.warp(first + 100);
        stakeFor(node, 5e18);
        vm.warp(first + 200);
        vm.prank(node);
        staking.thaw(COLLATERAL, 12e18);
        vm.warp(first + 300);
        assertEq(staking.getPastVotes(node, first - 1), 0, "before");
        assertEq(staking.getPastVotes(node, first), 10e18, "first");
        assertEq(staking.getPastVotes(node, first + 99), 10e18, "until");
        assertEq(staking.getPastVotes(node, first + 100), 15e18, "second");
        assertEq(staking.getPastVotes(node, first + 250), 3e18, "third");
        assertEq(staking.getPastTotalSupply(first + 150), 15e18, "all");
        assertEq(staking.getTotalVotes(), 3e18, "now");
        vm.expectRevert(
            abi.encodeWithSelector(
                StakedVotes.VotesFutureLookup.selector, block.timestamp, block.timestamp
            )
        );
        staking.getPastVotes(node, block.timestamp);
    }

    function test_slash_burnsNineTenthsAndPaysTheReporter() public {
        stakeFor(node, 1_000e18);
        registerVerifier(500e18, false);
        uint256 supply = token.totalSupply();
        IStaking.Slash memory request = slashRequest(node, 300e18, reporter, false);
        vm.prank(verifier);
        assertEq(staking.slash(request), 300e18, "taken");
        assertEq(token.balanceOf(reporter), 30e18, "reporter");
        assertEq(supply - token.totalSupply(), 270e18, "burned");
        assertEq(staking.totalSlashBurned(), 270e18, "counted");
        assertEq(staking.collateralOf(node), 700e18, "left");
        assertEq(staking.getVotes(node), 700e18, "votes");
    }

    function test_slash_withoutReporterBurnsEverything() public {
        stakeFor(node, 1_000e18);
        registerVerifier(500e18, false);
        uint256 supply = token.totalSupply();
        IStaking.Slash memory request = slashRequest(node, 100e18, address(0), false);
        vm.prank(verifier);
        staking.slash(request);
        assertEq(supply - token.totalSupply(), 100e18, "burned");
    }

    function test_slash_neverTouchesATierLock() public {
        lockFor(node, 1_000e18);
        registerVerifier(500e18, false);
        IStaking.Slash memory request = slashRequest(node, 100e18, reporter, false);
        vm.prank(verifier);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingNothingToSlash.selector, node));
        staking.slash(request);
    }

    function test_slash_revertsIf_notVerifierOrAboveCapOrMayNotConvict() public {
        stakeFor(node, 1_000e18);
        IStaking.Slash memory request = slashRequest(node, 100e18, reporter, false);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingNotVerifier.selector, address(this)));
        staking.slash(request);
        registerVerifier(99e18, false);
        vm.prank(verifier);
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingSlashAboveCap.selector, verifier, 100e18, 99e18)
        );
        staking.slash(request);
        request = slashRequest(node, 1e18, reporter, true);
        vm.prank(verifier);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingMayNotConvict.selector, verifier));
        staking.slash(request);
    }

    function test_convict_retiresForGoodAndCountsNoCollateral() public {
        stakeFor(node, 1_000e18);
        registerVerifier(500e18, true);
        IStaking.Slash memory request = slashRequest(node, 500e18, reporter, true);
        vm.prank(verifier);
        staking.slash(request);
        assertTrue(staking.isConvicted(node), "convicted");
        assertEq(staking.collateralOf(node), 0, "counts for nothing");
        assertEq(staking.position(node, COLLATERAL).active, 500e18, "but is still its own");
        vm.startPrank(node);
        staking.thaw(COLLATERAL, 500e18);
        vm.warp(block.timestamp + STAKE_THAW);
        assertEq(staking.withdraw(COLLATERAL), 500e18, "can leave");
        vm.stopPrank();
    }

    function test_freeze_holdsBackAWithdrawalAndLetsTheRestGo() public {
        stakeFor(node, 100e18);
        registerVerifier(50e18, false);
        vm.prank(node);
        staking.thaw(COLLATERAL, 100e18);
        vm.prank(verifier);
        staking.freeze(node, 30e18);
        vm.warp(block.timestamp + STAKE_THAW);
        vm.startPrank(node);
        assertEq(staking.withdraw(COLLATERAL), 70e18, "the rest");
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingFrozen.selector, node, 30e18, 30e18, 0)
        );
        staking.withdraw(COLLATERAL);
        vm.stopPrank();
        vm.prank(verifier);
        staking.unfreeze(node, 30e18);
        vm.prank(node);
        assertEq(staking.withdraw(COLLATERAL), 30e18, "let go");
    }

    function test_freeze_revertsIf_moreThanTheNodeHas() public {
        stakeFor(node, 100e18);
        registerVerifier(50e18, false);
        vm.startPrank(verifier);
        staking.freeze(node, 80e18);
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingFrozen.selector, node, 80e18, 21e18, 20e18)
        );
        staking.freeze(node, 21e18);
        vm.expectRevert(IStaking.StakingZeroAmount.selector);
        staking.freeze(node, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStaking.StakingNotFrozenBy.selector, verifier, node, 81e18, 80e18
            )
        );
        staking.unfreeze(node, 81e18);
        vm.expectRevert(IStaking.StakingZeroAmount.selector);
        staking.unfreeze(node, 0);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingNotVerifier.selector, address(this)));
        staking.freeze(node, 1);
    }

    function test_freeze_lapsesAfterThirtyDays() public {
        stakeFor(node, 100e18);
        registerVerifier(50e18, false);
        vm.prank(verifier);
        staking.freeze(node, 30e18);
        (, uint256 lapsesAt) = staking.frozenBy(verifier, node);
        vm.expectRevert(
            abi.encodeWithSelector(
                IStaking.StakingFreezeNotLapsed.selector, verifier, node, lapsesAt
            )
        );
        staking.releaseFreeze(verifier, node);
        vm.warp(lapsesAt);
        staking.releaseFreeze(verifier, node);
        (uint256 frozen, uint256 since) = staking.frozenOf(node);
        assertEq(frozen + since, 0, "free");
        vm.expectRevert(
            abi.encodeWithSelector(IStaking.StakingNotFrozenBy.selector, verifier, node, 0, 0)
        );
        staking.releaseFreeze(verifier, node);
    }

    function test_removeVerifier_freesWhatItFroze() public {
        stakeFor(node, 100e18);
        registerVerifier(50e18, false);
        vm.prank(verifier);
        staking.freeze(node, 30e18);
        vm.prank(address(timelock));
        staking.removeVerifier(verifier);
        staking.releaseFreeze(verifier, node);
        (uint256 frozen,) = staking.frozenOf(node);
        assertEq(frozen, 0, "free");
        (bool registered,) = staking.verifier(verifier);
        assertTrue(!registered, "gone");
    }

    function test_registerVerifier_revertsUnlessAnnouncedLongAgo() public {
        IStaking.VerifierTerms memory terms = IStaking.VerifierTerms(1e18, true);
        bytes32 change = keccak256(abi.encode("verifier", verifier, terms));
        vm.startPrank(address(timelock));
        vm.expectRevert(abi.encodeWithSelector(IGoverned.GovernedNotAnnounced.selector, change));
        staking.registerVerifier(verifier, terms);
        staking.announceVerifier(verifier, terms);
        uint256 readyAt = block.timestamp + 21 days;
        vm.warp(readyAt - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IGoverned.GovernedTooEarly.selector, change, readyAt)
        );
        staking.registerVerifier(verifier, terms);
        vm.warp(readyAt);
        staking.registerVerifier(verifier, terms);
        staking.announceVerifier(verifier, terms);
        vm.warp(readyAt + 21 days);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingAlreadyVerifier.selector, verifier));
        staking.registerVerifier(verifier, terms);
        vm.stopPrank();
    }

    function test_announcement_goesStale() public {
        IStaking.VerifierTerms memory terms = IStaking.VerifierTerms(1e18, true);
        bytes32 change = keccak256(abi.encode("verifier", verifier, terms));
        vm.startPrank(address(timelock));
        staking.announceVerifier(verifier, terms);
        uint256 readyAt = staking.announcedAt(change);
        vm.expectRevert(
            abi.encodeWithSelector(IGoverned.GovernedAlreadyAnnounced.selector, change, readyAt)
        );
        staking.announceVerifier(verifier, terms);
        vm.warp(readyAt + 30 days + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IGoverned.GovernedAnnouncementStale.selector, change, readyAt + 30 days
            )
        );
        staking.registerVerifier(verifier, terms);
        staking.announceVerifier(verifier, terms);
        staking.cancelAnnouncement(change);
        vm.expectRevert(abi.encodeWithSelector(IGoverned.GovernedNotAnnounced.selector, change));
        staking.cancelAnnouncement(change);
        vm.stopPrank();
    }

    function test_governance_revertsIf_notTimelock() public {
        IStaking.VerifierTerms memory terms = IStaking.VerifierTerms(1e18, true);
        bytes memory denied =
            abi.encodeWithSelector(IGoverned.GovernedNotTimelock.selector, address(this));
        vm.expectRevert(denied);
        staking.announceVerifier(verifier, terms);
        vm.expectRevert(denied);
        staking.registerVerifier(verifier, terms);
        vm.expectRevert(denied);
        staking.removeVerifier(verifier);
        vm.expectRevert(denied);
        staking.setReporterShare(1);
        vm.expectRevert(denied);
        staking.cancelAnnouncement(bytes32(0));
        vm.expectRevert(denied);
        staking.announceUpgrade(address(this), "");
        vm.expectRevert(denied);
        staking.upgradeToAndCall(address(this), "");
    }

    function test_setReporterShare_isBounded() public {
        vm.startPrank(address(timelock));
        staking.setReporterShare(0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IGoverned.GovernedOutOfBounds.selector, bytes32("reporterShareBps"), 1_001, 0, 1_000
            )
        );
        staking.setReporterShare(1_001);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingNotVerifier.selector, verifier));
        staking.removeVerifier(verifier);
        vm.stopPrank();
    }

    function test_constructor_refusesDurationsOutsideBounds() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IGoverned.GovernedOutOfBounds.selector,
                bytes32("thawPeriod"),
                13 days,
                14 days,
                20 days
            )
        );
        new Staking(token, escrow, protocolRegistry, address(timelock), UNIT, 13 days);
        vm.expectRevert(
            abi.encodeWithSelector(
                IGoverned.GovernedTimeUnitOutOfBounds.selector, 1 days + 1, 1 days
            )
        );
        new Staking(token, escrow, protocolRegistry, address(timelock), 1 days + 1, 15 days);
        vm.expectRevert(IGoverned.GovernedZeroAddress.selector);
        new Staking(
            DDAIToken(address(0)), escrow, protocolRegistry, address(timelock), UNIT, 14 days
        );
        vm.expectRevert(IGoverned.GovernedZeroAddress.selector);
        new Staking(
            token, IPaymentsEscrow(address(0)), protocolRegistry, address(timelock), UNIT, 14 days
        );
        vm.expectRevert(IGoverned.GovernedZeroAddress.selector);
        new Staking(token, escrow, IProtocolRegistry(address(0)), address(timelock), UNIT, 14 days);
        vm.expectRevert(IGoverned.GovernedZeroAddress.selector);
        new Staking(token, escrow, protocolRegistry, address(0), UNIT, 14 days);
    }

    function test_initialize_revertsTheSecondTime() public {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        staking.initialize(0, new Staking.InitialVerifier[](0));
    }

    function test_pause_stopsStakingButNotLeaving() public {
        stakeFor(node, 100e18);
        vm.prank(node);
        staking.thaw(COLLATERAL, 50e18);
        vm.warp(block.timestamp + STAKE_THAW);
        vm.prank(guardian);
        staking.pause(7 days);
        vm.startPrank(node);
        vm.expectRevert(
            abi.encodeWithSelector(IPausable.PausablePaused.selector, block.timestamp + 7 days)
        );
        staking.stake(1);
        staking.withdraw(COLLATERAL);
        staking.thaw(COLLATERAL, 1e18);
        vm.stopPrank();
    }

    function delegation(address delegatee, uint256 nonce, uint256 expiry)
        private
        view
        returns (bytes32)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("DDAI Staking"),
                keccak256("1"),
                block.chainid,
                address(staking)
            )
        );
        bytes32 message = keccak256(
            abi.encode(
                keccak256("Delegation(address delegatee,uint256 nonce,uint256 expiry)"),
                delegatee,
                nonce,
                expiry
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, message));
    }
}
