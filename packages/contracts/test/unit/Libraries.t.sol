// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AttestationHash} from "../../src/libraries/AttestationHash.sol";
import {ClassWeights} from "../../src/libraries/ClassWeights.sol";
import {FeeMath} from "../../src/libraries/FeeMath.sol";
import {Allowance, SignerAllowances} from "../../src/libraries/SignerAllowances.sol";
import {TierTable} from "../../src/libraries/TierTable.sol";
import {VoteHistory} from "../../src/libraries/VoteHistory.sol";
import {Attestation} from "../../src/types/Attestation.sol";
import {EscrowParameters} from "../../src/types/EscrowParameters.sol";
import {EscrowTotals} from "../../src/types/EscrowTotals.sol";
import {PayerFunds} from "../../src/types/PayerFunds.sol";
import {openPair, UnitsPair} from "../../src/types/UnitsPair.sol";
import {Test} from "../base/Test.sol";
import {vm} from "../base/Vm.sol";

/// @dev Each packed word and each history against the plain thing it stands for.
contract LibrariesTest is Test {
    using SignerAllowances for Allowance;
    using VoteHistory for VoteHistory.History;

    VoteHistory.History private history;
    uint256[] private moments;
    uint256[] private values;

    function testFuzz_feeMath_fitsIntoTheAvailable(
        uint256 available,
        uint256 feeBps,
        uint256 discount
    ) public pure {
        available = bound(available, 0, type(uint96).max);
        uint256 rate = FeeMath.rate(bound(feeBps, 0, 1_000), bound(discount, 0, 5_000));
        uint256 net = FeeMath.netWithinDown(available, rate);
        uint256 fee = FeeMath.feeOn(net, rate);
        assertLe(net + fee, available, "fits");
        uint256 more = net + 1;
        // One wei more would not fit, were it not for the cap on tiny amounts.
        uint256 up = (more * rate + FeeMath.RATE_SCALE - 1) / FeeMath.RATE_SCALE;
        assertGe(more + up, available, "is the most");
        assertLe(net + fee, FeeMath.grossUp(net), "a reservation always suffices");
    }

    function testFuzz_treasuryPart_isWholeGweiAndAtMostItsShare(uint256 fee, uint256 burnBps)
        public
        pure
    {
        fee = bound(fee, 0, type(uint96).max);
        burnBps = bound(burnBps, 5_000, 10_000);
        uint256 part = FeeMath.treasuryPartDown(fee, burnBps);
        assertEq(part % 1 gwei, 0, "whole");
        assertLe(part * 10_000, fee * (10_000 - burnBps), "share");
    }

    function testFuzz_mean_sumsAndStaysBetweenTheVotes(uint256 seed, uint8 voters) public pure {
        uint256 count = bound(voters, 1, 12);
        uint256[4] memory weighted;
        uint256[4] memory lowest = [uint256(10_000), 10_000, 10_000, 10_000];
        uint256[4] memory highest;
        uint256 power = 0;
        for (uint256 i = 0; i < count; ++i) {
            uint256 mine = uint256(keccak256(abi.encode(seed, i))) % 1e27 + 1;
            uint256[4] memory vote = randomVector(uint256(keccak256(abi.encode(seed, i, "v"))));
            power += mine;
            for (uint256 k = 0; k < 4; ++k) {
                weighted[k] += mine * vote[k];
                if (vote[k] < lowest[k]) lowest[k] = vote[k];
                if (vote[k] > highest[k]) highest[k] = vote[k];
            }
        }
        uint16[4] memory result = ClassWeights.mean(weighted, power);
        uint256 sum = 0;
        for (uint256 k = 0; k < 4; ++k) {
            sum += result[k];
            assertGe(result[k], lowest[k], "not below every vote");
            assertLe(result[k], highest[k], "not above every vote");
        }
        assertEq(sum, 10_000, "sum");
        uint16[4] memory unpacked = ClassWeights.unpack(ClassWeights.pack(result));
        for (uint256 k = 0; k < 4; ++k) {
            assertEq(unpacked[k], result[k], "packing");
        }
    }

    function testFuzz_voteHistory_equalsAPlainList(uint256 seed) public {
        uint256 time = 1_000;
        uint256 current = 0;
        for (uint256 i = 0; i < 50; ++i) {
            uint256 r = uint256(keccak256(abi.encode(seed, i)));
            time += r % 3;
            vm.warp(time);
            uint256 amount = r % 1e27;
            if (r & 8 == 0 && amount <= current) {
                history.decrease(amount);
                current -= amount;
            } else if (current + amount <= type(uint96).max) {
                history.increase(amount);
                current += amount;
            }
            moments.push(time);
            values.push(current);
        }
        for (uint256 t = 990; t <= time; ++t) {
            uint256 expected = 0;
            for (uint256 i = 0; i < moments.length && moments[i] <= t; ++i) {
                expected = values[i];
            }
            assertEq(history.valueAt(t), expected, "value");
        }
        assertEq(history.latest(), current, "latest");
    }

    function testFuzz_allowance_spendsWithinEveryLimit(
        uint256 cap,
        uint256 daily,
        uint256 amount,
        uint256 days_
    ) public {
        vm.warp(1_800_000_000);
        cap = bound(cap, 1 gwei, 1e28);
        daily = bound(daily, 1 gwei, 1e28);
        Allowance allowance = Allowance.wrap(0).authorize(cap, daily, block.timestamp + 100 days);
        uint256 spent = 0;
        for (uint256 i = 0; i < 5; ++i) {
            uint256 today = allowance.limit();
            uint256 part = bound(uint256(keccak256(abi.encode(amount, i))), 0, today);
            if (part > 0) allowance = allowance.spend(part);
            spent += part;
            assertLe(part, daily, "daily");
            assertLe(spent, cap, "cap");
            assertLe(allowance.limit(), today - part, "less is left");
            if (uint256(keccak256(abi.encode(days_, i))) % 2 == 0) {
                vm.warp(block.timestamp + 1 days);
            }
        }
        assertEq(allowance.dailyLimit(), daily / 1 gwei, "untouched");
        assertEq(allowance.status(), SignerAllowances.AUTHORIZED, "status");
        Allowance frozen = allowance.freeze();
        assertEq(frozen.limit(), 0, "frozen");
        assertEq(frozen.moment(), block.timestamp, "when");
    }

    function testFuzz_words_keepTheirFieldsApart(uint96 a, uint96 b, uint64 c, uint256 d)
        public
        pure
    {
        EscrowTotals totals = EscrowTotals.wrap(0).add(a, b, c);
        assertEq(totals.maturing(), a, "maturing");
        assertEq(totals.setAside(), b, "set aside");
        assertEq(totals.untakenGwei(), c, "untaken");
        totals = totals.less(a, 0, c);
        assertEq(EscrowTotals.unwrap(totals), uint256(b) << 96, "only one left");

        (uint256 low, uint256 high) = a < b ? (a, b) : (b, a);
        uint256 lock = uint256(c) % 1e10 * 1e18 + 5;
        PayerFunds funds = PayerFunds.wrap(0).withTierLock(lock).withSums(high, low);
        assertEq(funds.balance(), high, "balance");
        assertEq(funds.reserved(), low, "reserved");
        assertEq(funds.tierLock(), lock / 1e18, "lock");
        assertEq(funds.withTierLock(0).balance(), high, "balance kept");

        uint112 even = uint112(d);
        uint112 odd = uint112(d >> 112);
        UnitsPair pair = openPair(7).add(2, even).add(3, odd);
        assertEq(pair.units(0), even, "even");
        assertEq(pair.units(1), odd, "odd");
        assertEq(pair.epoch(), 7, "epoch");

        EscrowParameters set = EscrowParameters.wrap(0).withFee(a % 10_001, b % 10_001);
        for (uint256 i = 0; i < 4; ++i) {
            set = set.withMinimumStake(i, uint48(d >> (48 * i)));
        }
        for (uint256 i = 0; i < 4; ++i) {
            assertEq(set.minimumStake(i), uint256(uint48(d >> (48 * i))) * 1e18, "minimum");
        }
        assertEq(set.feeBps(), a % 10_001, "fee");
        assertEq(set.burnShareBps(), b % 10_001, "burn");
    }

    function testFuzz_tierTable_findsTheHighestReached(uint48 step, uint256 locked) public pure {
        uint256 size = uint256(step) % 1e9 + 1;
        uint256 table = 0;
        for (uint256 i = 0; i < 4; ++i) {
            table = TierTable.pack(table, i, size * (i + 1) * 1e18, 100 * (i + 1));
        }
        locked = bound(locked, 0, size * 6 * 1e18);
        uint256 expected = locked / (size * 1e18);
        if (expected > 4) expected = 4;
        (uint256 tier, uint256 discount) = TierTable.tierFor(table, locked);
        assertEq(tier, expected, "tier");
        assertEq(discount, 100 * expected, "discount");
    }

    function test_attestationDigest_isTheEip712HashOfTheTypeString() public view {
        Attestation memory statement = Attestation({
            requestId: bytes32(uint256(1)),
            payer: address(2),
            node: address(3),
            workClass: 1,
            requestHash: bytes32(uint256(4)),
            resultHash: bytes32(uint256(5)),
            deterministic: true,
            expires: 6
        });
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("DDAI Network"),
                keccak256("1"),
                block.chainid,
                address(7)
            )
        );
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "Attestation(bytes32 requestId,address payer,address node,uint8 workClass,bytes32 requestHash,bytes32 resultHash,bool deterministic,uint64 expires)"
                ),
                bytes32(uint256(1)),
                address(2),
                address(3),
                uint8(1),
                bytes32(uint256(4)),
                bytes32(uint256(5)),
                true,
                uint64(6)
            )
        );
        assertTrue(
            AttestationHash.digest(statement, address(7))
                == keccak256(abi.encodePacked(hex"1901", domain, message)),
            "digest"
        );
    }

    function randomVector(uint256 seed) private pure returns (uint256[4] memory vector) {
        uint256 left = 10_000;
        for (uint256 k = 0; k < 3; ++k) {
            vector[k] = seed % (left + 1);
            seed >>= 32;
            left -= vector[k];
        }
        vector[3] = left;
    }
}
