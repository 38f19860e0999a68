// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEmissionsController} from "../../src/interfaces/IEmissionsController.sol";
import {IPaymentsEscrow} from "../../src/interfaces/IPaymentsEscrow.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {Voucher} from "../../src/types/Voucher.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {SignedVoucher, split} from "../base/SignedVouchers.sol";
import {vm} from "../base/Vm.sol";

/// @dev Four payers with two gateways each and four nodes, all of whom may be one colluder: they hold
/// tiers, sit in the treasury, move every parameter through the timelock, and claim late. Every move
/// is allowed to fail; the ghosts follow what succeeded.
contract Handler is ProtocolTest {
    uint256 public constant ACTORS = 4;

    address[4] public payers;
    address[4] public nodes;
    uint256[2] private keys;

    // What the ledgers should say, counted by hand.
    mapping(address payer => uint256) public deposited;
    mapping(address payer => uint256) public charged;
    mapping(address payer => uint256) public withdrawn;
    mapping(address node => uint256) public earned;
    mapping(address node => uint256) public paidOut;
    mapping(address node => uint256) public forfeited;
    mapping(bytes32 ledgerKey => uint256) public signed;
    mapping(bytes32 ledgerKey => uint256) public lastCollected;
    mapping(address payer => uint256) public signedBy;
    mapping(uint256 epoch => mapping(uint8 workClass => uint256)) public burnedIn;
    mapping(uint256 epoch => mapping(uint8 workClass => uint256)) public rewardedIn;
    mapping(uint256 epoch => mapping(uint8 workClass => mapping(address => uint256))) private
        nodeBurned;
    uint256 public feesTaken;
    uint256 public feesCharged;
    uint256 public burnedOfFees;
    uint256 public burned;
    uint256 public slashed;
    bool public collectedFell;
    bool public rewardAboveUnits;
    uint256[] public epochs;
    bytes32[] public ledgerKeys;
    mapping(bytes32 ledgerKey => bool) private known;
    uint256 public collections;
    uint256 public claims;

    function setUp() public override {
        super.setUp();
        keys = [GATEWAY_KEY, uint256(0x6a7f)];
        for (uint160 i = 0; i < ACTORS; ++i) {
            payers[i] = address(0xa000 + i);
            nodes[i] = address(0xb000 + i);
            stakeFor(nodes[i], 500_000e18);
            deposited[payers[i]] = 5_000_000e18;
            depositFor(payers[i], 5_000_000e18);
            for (uint256 k = 0; k < 2; ++k) {
                authorize(payers[i], vm.addr(keys[k]));
            }
            fund(payers[i], 2_000_000e18);
            vm.prank(payers[i]);
            token.approve(address(staking), type(uint256).max);
            fund(nodes[i], 1_000_000e18);
        }
        epochs.push(emissions.openEpoch().id);
        registerVerifier(100_000e18, true);
    }

    function collectVoucher(uint256 who, uint256 which, uint256 how, uint256 amount) external {
        address payer = payers[who % ACTORS];
        uint256 key = keys[how % 2];
        address node = nodes[which % ACTORS];
        uint8 workClass = uint8(how / 2 % 4);
        bytes32 id = keccak256(abi.encode(payer, vm.addr(key), node, workClass));
        if (!known[id]) {
            known[id] = true;
            ledgerKeys.push(id);
        }
        // Sometimes an old voucher again, sometimes more than the payer has.
        uint256 cumulative = how % 7 == 0 ? signed[id] : signed[id] + bound(amount, 1, 400_000e18);
        if (cumulative == 0) return;
        SignedVoucher memory signedVoucher = voucher(payer, key, node, workClass, cumulative);
        if (cumulative > signed[id]) {
            signedBy[payer] += cumulative - signed[id];
            signed[id] = cumulative;
        }
        try escrow.collect(signedVoucher.voucher, signedVoucher.signature) returns (
            uint256 net, uint256 fee
        ) {
            book(payer, node, workClass, id, net, fee);
        } catch {}
    }

    function collectBatch(uint256 which, uint256 amount) external {
        address node = nodes[which % ACTORS];
        SignedVoucher[] memory batch = new SignedVoucher[](ACTORS);
        for (uint256 i = 0; i < ACTORS; ++i) {
            bytes32 id = keccak256(abi.encode(payers[i], gateway, node, uint8(0)));
            if (!known[id]) {
                known[id] = true;
                ledgerKeys.push(id);
            }
            uint256 more = bound(amount, 1, 50_000e18);
            signed[id] += more;
            signedBy[payers[i]] += more;
            batch[i] = voucher(payers[i], GATEWAY_KEY, node, 0, signed[id]);
        }
        uint256[4] memory before;
        for (uint256 i = 0; i < ACTORS; ++i) {
            before[i] = escrow.payerAccount(payers[i]).balance;
        }
        (Voucher[] memory vouchers, bytes memory signatures) = split(batch);
        try escrow.collectMany(vouchers, signatures) returns (uint256 net, uint256 fee) {
            bookBatch(node, net, fee, before);
        } catch {}
    }

    function depositMore(uint256 who, uint256 amount) external {
        address payer = payers[who % ACTORS];
        amount = bound(amount, 1, 500_000e18);
        fund(payer, amount);
        vm.startPrank(payer);
        token.approve(address(escrow), amount);
        try escrow.deposit(payer, amount) {
            deposited[payer] += amount;
        } catch {}
        vm.stopPrank();
    }

    function movePayer(uint256 who, uint256 how, uint256 amount) external {
        address payer = payers[who % ACTORS];
        vm.startPrank(payer);
        if (how % 4 == 0) {
            try escrow.thaw(bound(amount, 1, 2_000_000e18)) {} catch {}
        } else if (how % 4 == 1) {
            try escrow.cancelThaw() {} catch {}
        } else if (how % 4 == 2) {
            try escrow.withdraw() returns (uint256 paid) {
                withdrawn[payer] += paid;
            } catch {}
        } else {
            try escrow.reserve(
                nodes[amount % ACTORS],
                bound(amount, 0, 1_000_000e18),
                block.timestamp + 1 + amount % 20 days
            ) {}
                catch {}
        }
        vm.stopPrank();
    }

    function moveSigner(uint256 who, uint256 how, uint256 amount) external {
        address signer = vm.addr(keys[how % 2]);
        vm.startPrank(payers[who % ACTORS]);
        if (how % 16 == 0) {
            try escrow.freezeSigner(signer) {} catch {}
        } else {
            try escrow.authorizeSigner(
                signer,
                bound(amount, 1 gwei, 10_000_000e18),
                bound(amount >> 8, 1 gwei, 1_000_000e18),
                block.timestamp + 1 + amount % 60 days
            ) {}
                catch {}
        }
        vm.stopPrank();
    }

    function releaseReservation(uint256 who, uint256 which) external {
        try escrow.release(payers[who % ACTORS], nodes[which % ACTORS]) {} catch {}
    }

    function moveStake(uint256 who, uint256 how, uint256 amount) external {
        bool isNode = how % 2 == 0;
        address account = isNode ? nodes[who % ACTORS] : payers[who % ACTORS];
        IStaking.Kind kind = isNode ? IStaking.Kind.Collateral : IStaking.Kind.TierLock;
        vm.startPrank(account);
        uint256 move = how / 2 % 5;
        if (move == 0) {
            amount = bound(amount, 1, 600_000e18);
            if (isNode) {
                try staking.stake(amount) {} catch {}
            } else {
                try staking.lock(amount) {} catch {}
            }
        } else if (move == 1) {
            try staking.thaw(kind, bound(amount, 1, 700_000e18)) {} catch {}
        } else if (move == 2) {
            try staking.cancelThaw(kind) {} catch {}
        } else if (move == 3) {
            try staking.withdraw(kind) {} catch {}
        } else {
            try staking.delegate(nodes[amount % ACTORS]) {} catch {}
        }
        vm.stopPrank();
    }

    function moveVerifier(uint256 which, uint256 how, uint256 amount) external {
        address node = nodes[which % ACTORS];
        vm.startPrank(verifier);
        if (how % 4 == 0) {
            try staking.freeze(node, bound(amount, 1, 200_000e18)) {} catch {}
        } else if (how % 4 == 1) {
            try staking.unfreeze(node, bound(amount, 1, 200_000e18)) {} catch {}
        } else if (how % 4 == 2) {
            // Convictions are rare, or soon no node would be left to work.
            bool convict = amount % 64 == 0 && which % ACTORS == 3;
            try staking.slash(
                slashRequest(node, bound(amount, 1, 20_000e18), payers[amount % ACTORS], convict)
            ) returns (
                uint256 taken
            ) {
                slashed += taken;
            } catch {}
        } else {
            try staking.releaseFreeze(verifier, node) {} catch {}
        }
        vm.stopPrank();
    }

    function moveEarnings(uint256 which, uint256 how) external {
        address node = nodes[which % ACTORS];
        if (how % 3 == 0) {
            try escrow.forfeitEarnings(node) returns (uint256 lost) {
                forfeited[node] += lost;
            } catch {}
        } else {
            vm.prank(node);
            try escrow.withdrawEarnings(node) returns (uint256 paid) {
                paidOut[node] += paid;
            } catch {}
        }
    }

    function sweep(uint256 how) external {
        if (how % 2 == 0) {
            try escrow.burnSetAside() returns (uint256 amount) {
                burned += amount;
            } catch {}
        } else {
            try escrow.takeFees() returns (uint256 amount) {
                feesTaken += amount;
            } catch {}
        }
    }

    function claimReward(uint256 which, uint256 how) external {
        address node = nodes[which % ACTORS];
        uint8 workClass = uint8(how % 4);
        uint256[] memory list = new uint256[](1);
        list[0] = epochs[how / 4 % epochs.length];
        uint256 units = emissions.unitsOf(node, workClass, list[0]);
        vm.prank(node);
        try emissions.claim(node, workClass, list) returns (uint256 reward) {
            claims += 1;
            rewardedIn[list[0]][workClass] += reward;
            if (reward > units || units != nodeBurned[list[0]][workClass][node]) {
                rewardAboveUnits = true;
            }
        } catch {}
    }

    function passTime(uint256 how) external {
        vm.warp(block.timestamp + 1 + how % (how % 5 == 0 ? 10 days : 18 hours));
        try emissions.closeEpoch() returns (uint256, uint256 opened) {
            epochs.push(opened);
        } catch {}
        if (how % 11 == 0) {
            try emissions.expire(epochs[0]) {} catch {}
        }
    }

    function governParameters(uint256 how, uint256 value) external {
        vm.startPrank(address(timelock));
        uint256 move = how % 7;
        if (move == 0) {
            try escrow.setFee(value % 1_001, 5_000 + (value >> 16) % 5_001) {} catch {}
        } else if (move == 1) {
            try escrow.setTreasury(nodes[value % ACTORS]) {} catch {}
        } else if (move == 2) {
            try emissions.setStream(value % 3_000_001e18) {} catch {}
        } else if (move == 3) {
            uint16 first = uint16(1_000 + value % 5_001);
            try emissions.setWeights([first, 7_000 - first, 1_500, 1_500]) {} catch {}
        } else if (move == 4) {
            try emissions.setBondedShare(2, value % 10_001) {} catch {}
        } else if (move == 5) {
            IEmissionsController.Corridor memory corridor = defaultCorridor();
            corridor.max[0] = uint16(3_000 + value % 5_001);
            try emissions.setCorridor(corridor) {} catch {}
        } else {
            try escrow.setMinimumStake(uint8(value % 4), bound(value, 1e18, 200_000e18)) {} catch {}
        }
        vm.stopPrank();
    }

    function voteWeights(uint256 which, uint256 value) external {
        uint16[4] memory now_ = emissions.openEpoch().weights;
        uint16 shift = uint16(value % 501);
        if (now_[0] < shift) return;
        vm.prank(nodes[which % ACTORS]);
        try emissions.voteWeights([now_[0] - shift, now_[1] + shift, now_[2], now_[3]]) {} catch {}
    }

    function pauseSomething(uint256 how) external {
        vm.startPrank(guardian);
        if (how % 2 == 0) {
            try escrow.pause(1 + how % 7 days) {} catch {}
        } else {
            try staking.pause(1 + how % 7 days) {} catch {}
        }
        vm.stopPrank();
    }

    function giveTokensAway(uint256 how, uint256 amount) external {
        address[4] memory to =
            [address(escrow), address(staking), address(emissions), address(protocolRegistry)];
        fund(to[how % 4], bound(amount, 1, 1_000e18));
    }

    function book(
        address payer,
        address node,
        uint8 workClass,
        bytes32 id,
        uint256 net,
        uint256 fee
    ) private {
        uint256 collected = escrow.collectedOf(payer, vm.addr(keys[0]), node, workClass);
        if (keccak256(abi.encode(payer, vm.addr(keys[0]), node, workClass)) != id) {
            collected = escrow.collectedOf(payer, vm.addr(keys[1]), node, workClass);
        }
        if (collected < lastCollected[id] || collected != lastCollected[id] + net) {
            collectedFell = true;
        }
        lastCollected[id] = collected;
        charged[payer] += net + fee;
        earned[node] += net;
        feesCharged += fee;
        if (net > 0) collections += 1;
        bookBurn(node, workClass);
    }

    function bookBatch(address node, uint256 net, uint256 fee, uint256[4] memory before) private {
        for (uint256 i = 0; i < ACTORS; ++i) {
            charged[payers[i]] += before[i] - escrow.payerAccount(payers[i]).balance;
            bytes32 id = keccak256(abi.encode(payers[i], gateway, node, uint8(0)));
            uint256 collected = escrow.collectedOf(payers[i], gateway, node, 0);
            if (collected < lastCollected[id]) collectedFell = true;
            lastCollected[id] = collected;
        }
        earned[node] += net;
        feesCharged += fee;
        if (net > 0) collections += 1;
        bookBurn(node, 0);
    }

    /// @dev Everything newly set aside belongs to the node and class just collected for.
    function bookBurn(address node, uint8 workClass) private {
        uint256 lost = 0;
        for (uint256 i = 0; i < ACTORS; ++i) {
            lost += forfeited[nodes[i]];
        }
        uint256 allBurned = escrow.setAsideToBurn() + burned - lost;
        uint256 added = allBurned - burnedOfFees;
        burnedOfFees = allBurned;
        uint256 epoch = emissions.openEpoch().id;
        burnedIn[epoch][workClass] += added;
        nodeBurned[epoch][workClass][node] += added;
    }

    function epochCount() external view returns (uint256) {
        return epochs.length;
    }

    function ledgerKeyCount() external view returns (uint256) {
        return ledgerKeys.length;
    }

    function contracts()
        external
        view
        returns (IPaymentsEscrow, IStaking, IEmissionsController, address)
    {
        return (escrow, staking, emissions, address(token));
    }

    function registryAndMarket() external view returns (address, address) {
        return (address(protocolRegistry), market);
    }
}
