// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputeRecords} from "../../src/interfaces/IDisputeRecords.sol";
import {IRandomBeacon} from "../../src/interfaces/IRandomBeacon.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {Attestation} from "../../src/types/Attestation.sol";
import {DisputeTest} from "../base/DisputeTest.sol";
import {vm} from "../base/Vm.sol";

/// @dev Three payers against one node before eight jurors, some of whom sleep; void beacon values,
/// appeals, mercy, changed parameters and faults outside. Every move may fail.
contract DisputeHandler is DisputeTest {
    uint256 private constant PAYERS = 3;

    uint256[] private ids;
    uint256 private nonce;
    uint256 public closed;
    uint256 public convictions;
    uint256 public appeals;
    uint256 public highestCap = SEAT_STAKE;
    bool public capExceeded;

    function setUp() public override {
        super.setUp();
        for (uint160 i = 0; i < PAYERS; ++i) {
            purse(address(0xa000 + i));
        }
    }

    function openAny(uint256 who) external {
        Attestation memory attestation = attest(++nonce, CLAIMED);
        attestation.payer = address(uint160(0xa000 + who % PAYERS));
        bytes memory signature = signedBy(NODE_KEY, attestation);
        vm.prank(attestation.payer);
        try disputes.openDispute(attestation, signature, 0, "sealed") returns (uint256 id) {
            ids.push(id);
        } catch {}
        checkCap();
    }

    /// @dev Whatever fits the moment of one dispute, done by the jurors in the bits of `how`.
    function advance(uint256 pick, uint256 how) public {
        if (ids.length == 0) return;
        uint256 id = ids[pick % ids.length];
        if (disputes.dispute(id).phase != IDisputeRecords.Phase.Jury) return;
        IDisputeRecords.Draw memory drawn = current(id);
        (IRandomBeacon.Outcome outcome,) = beacon.randomAt(drawn.epoch);
        if (outcome == IRandomBeacon.Outcome.Pending) {
            if (how % 8 == 0) beacon.spoil(drawn.epoch);
            else beacon.complete(drawn.epoch, keccak256(abi.encode(how, drawn.epoch)));
            if (block.timestamp < (drawn.epoch + 1) * BEACON_EPOCH) {
                vm.warp((drawn.epoch + 1) * BEACON_EPOCH);
            }
        } else if (outcome == IRandomBeacon.Outcome.Void) {
            try disputes.redrawEpoch(id) {} catch {}
            checkCap();
        } else if (block.timestamp < drawn.claimEnds) {
            serve(id, how);
            // Mostly straight on to the reveals.
            if (how % 4 != 0) {
                vm.warp(drawn.commitEnds);
                answer(id, how);
            }
        } else if (block.timestamp < drawn.revealEnds) {
            answer(id, how);
            if (how % 4 != 0) vm.warp(drawn.revealEnds);
        } else {
            try disputes.resolve(id) {} catch {}
            if (how % 2 == 0) appealAs(id, disputes.dispute(id).convicts);
            checkCap();
        }
    }

    function advanceNewest(uint256 how) external {
        if (ids.length > 0) advance(ids.length - 1, how);
    }

    function resolveAny(uint256 pick) external {
        if (ids.length == 0) return;
        uint256 id = ids[pick % ids.length];
        try disputes.resolve(id) {
            IDisputeRecords.Outcome outcome = disputes.dispute(id).outcome;
            if (outcome != IDisputeRecords.Outcome.Open) ++closed;
            if (outcome == IDisputeRecords.Outcome.Convicted) ++convictions;
        } catch {}
        checkCap();
    }

    function appealAny(uint256 pick) external {
        if (ids.length == 0) return;
        appealAs(ids[pick % ids.length], pick % 2 == 0);
        checkCap();
    }

    function cancelAny(uint256 pick) external {
        if (ids.length == 0 || pick % 4 != 0) return;
        vm.prank(sparing);
        try slashGuardian.cancel(ids[pick % ids.length]) {} catch {}
    }

    function settleAny(uint256 pick, uint256 which) external {
        if (ids.length == 0) return;
        uint256 id = ids[pick % ids.length];
        for (uint256 draw = 0; draw < 4; ++draw) {
            address juror = jurors[which % JURORS];
            try disputes.claimJurorFee(id, draw, juror) {} catch {}
            try disputes.penalizeJuror(id, draw, juror) {} catch {}
        }
    }

    function passTime(uint256 how) external {
        vm.warp(block.timestamp + 1 + how % 2 days);
    }

    function changeParameters(uint256 how) external {
        IDisputeRecords.Parameters memory set = defaults();
        set.jurorFee = uint96(bound(how, 0.01e18, 50e18));
        set.jurorPenalty = uint96(set.jurorFee + how % 100e18);
        set.wrongAnswerCutBps = uint16(500 + how % 4_501);
        vm.prank(address(timelock));
        disputes.setParameters(set);
        uint256 cap = bound(how >> 8, 1_000e18, 2 * SEAT_STAKE);
        beacon.setSeatStake(cap);
        if (cap > highestCap) highestCap = cap;
    }

    function otherFaults(uint256 how) external {
        if (how % 8 == 0) {
            Attestation memory first = attest(++nonce, CLAIMED);
            Attestation memory second = attest(nonce, TRUTH);
            disputes.proveEquivocation(
                first, signedBy(NODE_KEY, first), second, signedBy(NODE_KEY, second)
            );
        } else if (how % 2 == 0) {
            stakeFor(node, bound(how, 1, 100_000e18));
        } else {
            vm.startPrank(node);
            try staking.thaw(IStaking.Kind.Collateral, bound(how, 1, 50_000e18)) {} catch {}
            try staking.withdraw(IStaking.Kind.Collateral) {} catch {}
            vm.stopPrank();
        }
    }

    function openBonds() external view returns (uint256 sum) {
        for (uint256 i = 0; i < ids.length; ++i) {
            IDisputeRecords.Dispute memory record = disputes.dispute(ids[i]);
            sum += record.bond.left + record.appealBond.left;
        }
    }

    function unpaidFees() external view returns (uint256 sum) {
        for (uint256 i = 0; i < ids.length; ++i) {
            uint256 parametersId = disputes.dispute(ids[i]).parametersId;
            uint256 fee = disputes.parameters(parametersId).jurorFee;
            sum += fee * seatsWith(ids[i], IDisputeRecords.Duty.Revealed, true);
        }
    }

    /// @dev The node sits on no jury, so all its freezes are disputes'.
    function openFreezes() external view returns (uint256 sum) {
        for (uint256 i = 0; i < ids.length; ++i) {
            IDisputeRecords.Dispute memory record = disputes.dispute(ids[i]);
            if (record.phase != IDisputeRecords.Phase.Closed) sum += record.frozen;
        }
    }

    function jurorsFreezes() external view returns (uint256 owed, uint256 frozen) {
        for (uint256 i = 0; i < ids.length; ++i) {
            uint256 parametersId = disputes.dispute(ids[i]).parametersId;
            uint256 seats = seatsWith(ids[i], IDisputeRecords.Duty.Claimed, false)
                + seatsWith(ids[i], IDisputeRecords.Duty.Committed, false);
            owed += seats * disputes.parameters(parametersId).jurorPenalty;
        }
        for (uint256 i = 0; i < JURORS; ++i) {
            (uint256 amount,) = staking.frozenBy(address(disputes), jurors[i]);
            frozen += amount;
        }
    }

    function nodesFreeze() external view returns (uint256 frozen) {
        (frozen,) = staking.frozenBy(address(disputes), node);
    }

    function held() external view returns (uint256 balance, uint256 bonds, uint256 fees) {
        (, bonds, fees) = disputes.totals();
        balance = token.balanceOf(address(disputes));
    }

    function appealAs(uint256 id, bool asNode) private {
        IDisputeRecords.Dispute memory record = disputes.dispute(id);
        vm.prank(asNode ? record.node : record.payer);
        try disputes.appeal(id) {
            ++appeals;
        } catch {}
    }

    function serve(uint256 id, uint256 how) private {
        for (uint256 i = 0; i < JURORS; ++i) {
            // One in eight stays away.
            if ((how >> (8 + 3 * i)) % 8 == 0) continue;
            uint256[] memory tickets = winning(id, jurors[i]);
            vm.prank(jurors[i]);
            try disputes.claimSeats(id, tickets, 0) {
                commit(id, jurors[i], opinion(how, i));
            } catch {}
        }
    }

    function answer(uint256 id, uint256 how) private {
        uint256 draw = disputes.dispute(id).draw;
        for (uint256 i = 0; i < JURORS; ++i) {
            if ((how >> (64 + 4 * i)) % 16 == 0) continue;
            for (uint256 o = 0; o < 4; ++o) {
                vm.prank(jurors[i]);
                try disputes.revealVerdict(id, draw, opinion(o, 0), SALT) {
                    break;
                } catch {}
            }
        }
    }

    function opinion(uint256 how, uint256 i) private pure returns (bytes32) {
        bytes32[4] memory all = [TRUTH, CLAIMED, UNAVAILABLE, bytes32(uint256(7))];
        // Mostly of one mind.
        uint256 own = (how >> (128 + 4 * i)) % 16;
        return all[own < 4 ? own : how % 4];
    }

    function seatsWith(uint256 id, IDisputeRecords.Duty wanted, bool counted)
        private
        view
        returns (uint256 sum)
    {
        for (uint256 draw = 0; draw < 4; ++draw) {
            IDisputeRecords.Draw memory drawn = disputes.disputeDraw(id, draw);
            if (drawn.seats == 0 || (counted && !drawn.counted)) continue;
            for (uint256 i = 0; i < JURORS; ++i) {
                (uint256 seats, IDisputeRecords.Duty duty,) = disputes.dutyOf(id, draw, jurors[i]);
                if (duty == wanted) sum += seats;
            }
        }
    }

    function checkCap() private {
        (, uint256 drawing) = disputes.drawingOn();
        if (drawing > highestCap) capExceeded = true;
    }
}
