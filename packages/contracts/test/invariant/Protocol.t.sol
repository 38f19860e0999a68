// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IEmissionsController} from "../../src/interfaces/IEmissionsController.sol";
import {IPaymentsEscrow} from "../../src/interfaces/IPaymentsEscrow.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {HandlerTest} from "../base/HandlerTest.sol";
import {vm} from "../base/Vm.sol";
import {Handler} from "./Handler.sol";

interface ITotalVotes {
    function getTotalVotes() external view returns (uint256);
}

contract ProtocolInvariants is HandlerTest {
    Handler private handler;
    IPaymentsEscrow private escrow;
    IStaking private staking;
    IEmissionsController private emissions;
    IERC20 private token;

    function setUp() public {
        handler = new Handler();
        handler.setUp();
        address tokenAddress;
        (escrow, staking, emissions, tokenAddress) = handler.contracts();
        token = IERC20(tokenAddress);
    }

    function _handler() internal view override returns (address) {
        return address(handler);
    }

    function _moves() internal pure override returns (bytes4[] memory list) {
        // Work and claims come up more often than the rest, so that there is something to break.
        list = new bytes4[](18);
        list[0] = Handler.collectVoucher.selector;
        list[1] = Handler.collectVoucher.selector;
        list[2] = Handler.collectVoucher.selector;
        list[3] = Handler.collectBatch.selector;
        list[4] = Handler.depositMore.selector;
        list[5] = Handler.movePayer.selector;
        list[6] = Handler.moveSigner.selector;
        list[7] = Handler.releaseReservation.selector;
        list[8] = Handler.moveStake.selector;
        list[9] = Handler.moveVerifier.selector;
        list[10] = Handler.moveEarnings.selector;
        list[11] = Handler.sweep.selector;
        list[12] = Handler.claimReward.selector;
        list[13] = Handler.claimReward.selector;
        list[14] = Handler.passTime.selector;
        list[15] = Handler.governParameters.selector;
        list[16] = Handler.voteWeights.selector;
        list[17] = Handler.pauseSomething.selector;
    }

    // Forge plays the same sequences again for every invariant, so claims about one thing share one.

    function invariant_payersAndNodesAccountsAreExact() public view {
        escrowHoldsExactlyWhatItOwes();
        reservationsAddUp();
        collectedNeverFallsNorPassesWhatWasSigned();
        payerNeverLosesMoreThanSignedPlusTheHighestFee();
    }

    function invariant_stakesAndVotesAreExact() public view {
        stakingHoldsExactlyTheStakesAndVotesAreAllOfThem();
        aFreezeAlwaysHasABeginning();
    }

    function invariant_payingOneselfNeverPays() public view {
        ledgerIsConserved();
        unitsAreTheBurnedWeiAndRewardsNeverPassThem();
        weightsSumAndStayInTheCorridor();
    }

    function escrowHoldsExactlyWhatItOwes() private view {
        uint256 balances = 0;
        uint256 maturing = 0;
        for (uint256 i = 0; i < handler.ACTORS(); ++i) {
            address payer = handler.payers(i);
            IPaymentsEscrow.PayerAccount memory account = escrow.payerAccount(payer);
            balances += account.balance;
            assertEq(
                account.balance,
                handler.deposited(payer) - handler.charged(payer) - handler.withdrawn(payer),
                "payer, to the wei"
            );
            assertLe(account.reserved, account.balance, "reservations are covered");
            assertEq(
                account.tierLock,
                staking.position(payer, IStaking.Kind.TierLock).active / 1e18,
                "tier lock copy"
            );
            address node = handler.nodes(i);
            uint256 left = handler.earned(node) - handler.paidOut(node) - handler.forfeited(node);
            IPaymentsEscrow.Earnings memory earnings = escrow.earningsOf(node);
            assertEq(earnings.held, left, "node, to the wei");
            assertLe(earnings.withdrawable + earnings.forfeitable, left, "parts");
            maturing += left;
        }
        assertEq(escrow.totalBalances(), balances, "balances");
        assertEq(escrow.totalMaturing(), maturing, "maturing");
        assertEq(
            escrow.untakenFees(),
            handler.feesCharged() - handler.burnedOfFees() - handler.feesTaken(),
            "untaken fees"
        );
        assertEq(escrow.totalBurned(), handler.burned(), "burned");
        assertEq(
            token.balanceOf(address(escrow)),
            balances + maturing + escrow.untakenFees() + escrow.setAsideToBurn(),
            "tokens"
        );
    }

    function reservationsAddUp() private view {
        for (uint256 i = 0; i < handler.ACTORS(); ++i) {
            uint256 sum = 0;
            for (uint256 k = 0; k < handler.ACTORS(); ++k) {
                sum += escrow.reservation(handler.payers(i), handler.nodes(k)).amount;
            }
            assertEq(escrow.payerAccount(handler.payers(i)).reserved, sum, "reserved");
        }
    }

    function collectedNeverFallsNorPassesWhatWasSigned() private view {
        assertTrue(!handler.collectedFell(), "never falls");
        for (uint256 i = 0; i < handler.ledgerKeyCount(); ++i) {
            bytes32 id = handler.ledgerKeys(i);
            assertLe(handler.lastCollected(id), handler.signed(id), "never passes");
        }
    }

    function payerNeverLosesMoreThanSignedPlusTheHighestFee() private view {
        for (uint256 i = 0; i < handler.ACTORS(); ++i) {
            address payer = handler.payers(i);
            assertLe(
                handler.charged(payer) * 10_000, handler.signedBy(payer) * 11_000, "payer's loss"
            );
        }
    }

    function stakingHoldsExactlyTheStakesAndVotesAreAllOfThem() private view {
        uint256 held = 0;
        uint256 votable = 0;
        uint256 votes = 0;
        for (uint256 i = 0; i < 2 * handler.ACTORS(); ++i) {
            address account =
                i < handler.ACTORS() ? handler.payers(i) : handler.nodes(i - handler.ACTORS());
            votes += IVotes(address(staking)).getVotes(account);
            for (uint8 kind = 0; kind < 2; ++kind) {
                IStaking.Position memory position = staking.position(account, IStaking.Kind(kind));
                held += position.active + position.thawing;
                votable += position.active;
            }
        }
        assertEq(staking.totalStaked(), held, "total");
        assertEq(token.balanceOf(address(staking)), held, "tokens");
        assertEq(votes, votable, "votes");
        assertEq(ITotalVotes(address(staking)).getTotalVotes(), votable, "all votes");
        assertLe(staking.totalSlashBurned(), handler.slashed(), "slashes burn");
        assertGe(staking.totalSlashBurned() * 10, handler.slashed() * 9, "nine tenths at least");
    }

    function ledgerIsConserved() private view {
        IEmissionsController.Ledger memory ledger = emissions.ledger();
        assertEq(
            ledger.reserve + ledger.open + ledger.owed + ledger.claimed,
            emissions.totalFunded(),
            "ledger"
        );
        assertEq(
            token.balanceOf(address(emissions)),
            ledger.reserve + ledger.open + ledger.owed,
            "tokens"
        );
    }

    function unitsAreTheBurnedWeiAndRewardsNeverPassThem() private view {
        assertTrue(!handler.rewardAboveUnits(), "no node above its own burn");
        uint256 rewarded = 0;
        uint256 open = emissions.openEpoch().id;
        for (uint256 e = 0; e < handler.epochCount(); ++e) {
            uint256 epoch = handler.epochs(e);
            for (uint8 workClass = 0; workClass < 4; ++workClass) {
                uint256 burned = handler.burnedIn(epoch, workClass);
                uint256 units = epoch == open
                    ? emissions.openUnits(workClass)
                    : emissions.classResult(epoch, workClass).units;
                assertEq(units, burned, "units are what was burned");
                assertLe(handler.rewardedIn(epoch, workClass), burned, "class and epoch");
                rewarded += handler.rewardedIn(epoch, workClass);
            }
        }
        assertLe(rewarded, handler.burnedOfFees(), "over all");
    }

    function weightsSumAndStayInTheCorridor() private view {
        uint16[4] memory weights = emissions.openEpoch().weights;
        IEmissionsController.Corridor memory corridor = emissions.corridor();
        uint256 sum = 0;
        for (uint256 i = 0; i < 4; ++i) {
            sum += weights[i];
            assertGe(weights[i], corridor.min[i], "floor");
            assertLe(weights[i], corridor.max[i], "ceiling");
        }
        assertEq(sum, 10_000, "sum");
    }

    function aFreezeAlwaysHasABeginning() private view {
        for (uint256 i = 0; i < handler.ACTORS(); ++i) {
            address node = handler.nodes(i);
            (uint256 frozen, uint256 since) = staking.frozenOf(node);
            assertTrue((frozen == 0) == (since == 0), "since");
        }
    }

    /// @dev Runs once, on the state that a whole sequence left behind.
    function afterInvariant() public {
        everybodyCanLeave();
    }

    /// @dev Freezes lapse, pauses do not matter, thaws end: in the end all is out but dust of nobody.
    function everybodyCanLeave() private {
        (, address market) = handler.registryAndMarket();
        assertTrue(market != address(0), "market");
        vm.warp(block.timestamp + 31 days);
        for (uint256 i = 0; i < handler.ACTORS(); ++i) {
            leaveAsNode(handler.nodes(i));
            leaveAsPayer(handler.payers(i));
        }
        assertEq(escrow.totalBalances(), 0, "payers are out");
        assertEq(staking.totalStaked(), 0, "stakes are out");
    }

    function leaveAsNode(address node) private {
        (uint256 frozen,) = staking.frozenOf(node);
        if (frozen > 0) staking.releaseFreeze(address(0x7e21f1e2), node);
        leaveStake(node, IStaking.Kind.Collateral);
        IPaymentsEscrow.Earnings memory earnings = escrow.earningsOf(node);
        if (earnings.withdrawable > 0) {
            vm.prank(node);
            escrow.withdrawEarnings(node);
        }
        earnings = escrow.earningsOf(node);
        assertEq(earnings.held, earnings.forfeitable, "earnings are out");
    }

    function leaveAsPayer(address payer) private {
        for (uint256 k = 0; k < handler.ACTORS(); ++k) {
            if (escrow.reservation(payer, handler.nodes(k)).amount > 0) {
                escrow.release(payer, handler.nodes(k));
            }
        }
        leaveStake(payer, IStaking.Kind.TierLock);
        uint256 free = escrow.freeBalance(payer);
        vm.startPrank(payer);
        if (free > 0) escrow.thaw(free);
        vm.warp(block.timestamp + 8 days);
        if (escrow.payerAccount(payer).thawing > 0) escrow.withdraw();
        vm.stopPrank();
    }

    function leaveStake(address account, IStaking.Kind kind) private {
        vm.startPrank(account);
        uint256 active = staking.position(account, kind).active;
        if (active > 0) staking.thaw(kind, active);
        vm.warp(block.timestamp + 15 days);
        if (staking.position(account, kind).thawing > 0) staking.withdraw(kind);
        vm.stopPrank();
    }
}
