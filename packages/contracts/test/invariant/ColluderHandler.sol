// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEmissionsController} from "../../src/interfaces/IEmissionsController.sol";
import {IFeatureTiers} from "../../src/interfaces/IFeatureTiers.sol";
import {IPaymentsEscrow} from "../../src/interfaces/IPaymentsEscrow.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {SignedVoucher} from "../base/SignedVouchers.sol";
import {vm} from "../base/Vm.sol";

/// @dev Two to eight accounts of one owner. Each is payer, gateway, node and tier holder at once; they
/// have the votes, so every parameter they change goes through governor and timelock, and the treasury
/// is theirs too. Every move may fail; the ghosts follow what succeeded.
contract ColluderHandler is ProtocolTest {
    uint256 public constant MOST = 8;
    uint256 private constant WEALTH_EACH = 60_000_000e18;
    uint256 private constant STAKE_EACH = 30_000_000e18;

    uint256 public members = 2;
    uint256[MOST] private keys;
    address[MOST] public accounts;

    mapping(uint256 epoch => mapping(uint8 workClass => uint256)) public burnedIn;
    mapping(uint256 epoch => mapping(uint8 workClass => uint256)) public rewardedIn;
    mapping(bytes32 ledgerKey => uint256) private signed;
    uint256 public burnedOfFees;
    uint256 public rewarded;
    uint256[] public epochs;

    // That the moves are moves: a test drives the handler and looks at these.
    uint256 public collections;
    uint256 public lateClaims;
    uint256 public decisions;
    uint256 public treasuryTakings;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < MOST; ++i) {
            keys[i] = 0xc011 + i;
            accounts[i] = vm.addr(keys[i]);
            fund(accounts[i], WEALTH_EACH);
            vm.startPrank(accounts[i]);
            token.approve(address(staking), type(uint256).max);
            token.approve(address(escrow), type(uint256).max);
            staking.stake(STAKE_EACH);
            escrow.deposit(accounts[i], 5_000_000e18);
            vm.stopPrank();
        }
        epochs.push(emissions.openEpoch().id);
        treasury = accounts[0];
        vm.prank(address(timelock));
        escrow.setTreasury(treasury);
        vm.warp(block.timestamp + 1);
    }

    function recruit() external {
        if (members < MOST) ++members;
    }

    /// @dev Any member pays any member, himself included, through any member's gateway.
    function payOurselves(uint256 who, uint256 how, uint256 amount) external {
        address payer = account(who);
        uint256 key = keys[(who >> 8) % members];
        address node = account(who >> 16);
        uint8 workClass = uint8(how % 4);
        if (escrow.signerAllowance(payer, vm.addr(key)).expires < block.timestamp) {
            vm.prank(payer);
            try escrow.authorizeSigner(
                vm.addr(key), 1_000_000_000e18, 1_000_000_000e18, block.timestamp + 300 days
            ) {}
                catch {}
        }
        bytes32 id = keccak256(abi.encode(payer, key, node, workClass));
        if (how % 7 != 0) signed[id] += bound(amount, 1, 1_000_000e18);
        if (signed[id] == 0) return;
        SignedVoucher memory made = voucher(payer, key, node, workClass, signed[id]);
        uint256 before = escrow.setAsideToBurn();
        try escrow.collect(made.voucher, made.signature) returns (uint256 net, uint256) {
            uint256 burned = escrow.setAsideToBurn() - before;
            burnedIn[emissions.openEpoch().id][workClass] += burned;
            burnedOfFees += burned;
            if (net > 0) ++collections;
        } catch {}
    }

    function moveMoney(uint256 who, uint256 how, uint256 amount) external {
        address member = account(who);
        vm.startPrank(member);
        uint256 move = how % 6;
        if (move == 0) {
            try escrow.deposit(member, bound(amount, 1, 5_000_000e18)) {} catch {}
        } else if (move == 1) {
            try escrow.thaw(bound(amount, 1, 5_000_000e18)) {} catch {}
        } else if (move == 2) {
            try escrow.withdraw() {} catch {}
        } else if (move == 3) {
            try escrow.withdrawEarnings(member) {} catch {}
        } else if (move == 4) {
            try escrow.reserve(
                account(amount), bound(amount >> 8, 1, 500_000e18), block.timestamp + 9 days
            ) {}
                catch {}
        } else {
            try escrow.takeFees() returns (uint256 taken) {
                if (taken > 0) ++treasuryTakings;
            } catch {}
        }
        vm.stopPrank();
    }

    function moveStake(uint256 who, uint256 how, uint256 amount) external {
        IStaking.Kind kind = how % 2 == 0 ? IStaking.Kind.Collateral : IStaking.Kind.TierLock;
        vm.startPrank(account(who));
        uint256 move = how / 2 % 4;
        if (move == 0) {
            amount = bound(amount, 1, 3_000_000e18);
            if (kind == IStaking.Kind.Collateral) {
                try staking.stake(amount) {} catch {}
            } else {
                try staking.lock(amount) {} catch {}
            }
        } else if (move == 1) {
            try staking.thaw(kind, bound(amount, 1, 1_000_000e18)) {} catch {}
        } else if (move == 2) {
            try staking.withdraw(kind) {} catch {}
        } else {
            try staking.delegate(account(amount)) {} catch {}
        }
        vm.stopPrank();
    }

    function burnSetAside() external {
        try escrow.burnSetAside() {} catch {}
    }

    /// @dev Eight epochs from any one so far, the last ones and the first ones alike.
    function claimLate(uint256 who, uint256 how) external {
        uint8 workClass = uint8(how % 4);
        address node = account(who);
        uint256[] memory list = new uint256[](1);
        uint256 first = how / 4 % epochs.length;
        for (uint256 i = first; i < epochs.length && i < first + 8; ++i) {
            list[0] = epochs[i];
            vm.prank(node);
            try emissions.claim(node, workClass, list) returns (uint256 reward) {
                rewardedIn[list[0]][workClass] += reward;
                rewarded += reward;
                if (reward > 0 && list[0] + 2 < emissions.openEpoch().id) ++lateClaims;
            } catch {}
        }
    }

    /// @dev Hours mostly, now and then months, so that claims expire.
    function passTime(uint256 how) external {
        pass(1 + how % (how % 13 == 0 ? 200 days : 2 days));
        if (how % 11 == 0) {
            try emissions.expire(epochs[how / 11 % epochs.length]) {} catch {}
        }
    }

    function voteWeights(uint256 who, uint256 value) external {
        uint16[4] memory old = emissions.openEpoch().weights;
        uint16 shift = uint16(value % 501);
        uint256 from = value >> 16 & 3;
        if (old[from] < shift) return;
        old[from] -= shift;
        old[value >> 32 & 3] += shift;
        vm.prank(account(who));
        try emissions.voteWeights(old) {} catch {}
    }

    /// @dev The whole way: proposed, voted for by everybody, queued, waited for, executed.
    function decide(uint256 how, uint256 value) external {
        (address target, bytes memory call) = proposal(how, value);
        address[] memory targets = new address[](1);
        bytes[] memory calls = new bytes[](1);
        (targets[0], calls[0]) = (target, call);
        string memory why = string(abi.encode(decisions, block.timestamp));
        uint256 id;
        vm.prank(accounts[0]);
        try governor.propose(targets, new uint256[](1), calls, why) returns (uint256 proposed) {
            id = proposed;
        } catch {
            return;
        }
        pass(UNIT + 1);
        for (uint256 i = 0; i < members; ++i) {
            vm.prank(accounts[i]);
            try governor.castVote(id, 1) {} catch {}
        }
        pass(7 * UNIT + 1);
        bytes32 hash = keccak256(bytes(why));
        try governor.queue(targets, new uint256[](1), calls, hash) {} catch {}
        pass(2 * UNIT + 1);
        try governor.execute(targets, new uint256[](1), calls, hash) {
            ++decisions;
        } catch {}
    }

    /// @dev All that the owner has in any pocket: what is set aside to burn is no longer his.
    function wealth() external view returns (uint256 sum) {
        for (uint256 i = 0; i < MOST; ++i) {
            sum += token.balanceOf(accounts[i]) + escrow.payerAccount(accounts[i]).balance
            + escrow.earningsOf(accounts[i]).held;
            for (uint8 kind = 0; kind < 2; ++kind) {
                IStaking.Position memory position =
                    staking.position(accounts[i], IStaking.Kind(kind));
                sum += position.active + position.thawing;
            }
        }
        sum += escrow.untakenFees();
    }

    function wealthAtStart() external pure returns (uint256) {
        return MOST * WEALTH_EACH;
    }

    function epochCount() external view returns (uint256) {
        return epochs.length;
    }

    function emissionsController() external view returns (IEmissionsController) {
        return emissions;
    }

    function proposal(uint256 how, uint256 value)
        private
        view
        returns (address target, bytes memory call)
    {
        uint256 move = how % 8;
        target = address(move < 4 ? address(escrow) : address(emissions));
        if (move == 0) {
            call = abi.encodeCall(IPaymentsEscrow.setFee, (value % 1_001, value >> 16 & 0x3fff));
        } else if (move == 1) {
            call = abi.encodeCall(IPaymentsEscrow.setTreasury, (account(value)));
        } else if (move == 2) {
            call = abi.encodeCall(
                IPaymentsEscrow.setMinimumStake, (uint8(value % 4), bound(value, 1e18, 200_000e18))
            );
        } else if (move == 3) {
            target = address(featureTiers);
            call = abi.encodeCall(IFeatureTiers.setTiers, (tiersOf(value)));
        } else if (move == 4) {
            call = abi.encodeCall(IEmissionsController.setStream, (value % 3_000_001e18));
        } else if (move == 5) {
            uint16 first = uint16(1_000 + value % 5_001);
            call = abi.encodeCall(
                IEmissionsController.setWeights, ([first, 7_000 - first, 1_500, 1_500])
            );
        } else if (move == 6) {
            call = abi.encodeCall(
                IEmissionsController.setBondedShare, (uint8(2 + value % 2), value % 10_001)
            );
        } else {
            IEmissionsController.Corridor memory corridor = defaultCorridor();
            corridor.max[value % 4] = uint16(4_000 + value % 4_001);
            call = abi.encodeCall(IEmissionsController.setCorridor, (corridor));
        }
    }

    /// @dev Discounts as high as the code lets them be, for locks as low.
    function tiersOf(uint256 value) private pure returns (IFeatureTiers.Tier[] memory tiers) {
        tiers = defaultTiers();
        for (uint256 i = 0; i < tiers.length; ++i) {
            tiers[i].lock = (i + 1) * (1 + value % 1_000) * 1e18;
            tiers[i].discountBps = (i + 1) * (value >> 16 & 0x7ff);
        }
    }

    function account(uint256 which) private view returns (address) {
        return accounts[which % members];
    }

    /// @dev Nobody has to close epochs in time: now and then one is closed late.
    function pass(uint256 time) private {
        vm.warp(block.timestamp + time);
        try emissions.closeEpoch() returns (uint256, uint256 opened) {
            epochs.push(opened);
        } catch {}
    }
}
