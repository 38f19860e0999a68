// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MaturingEarnings} from "../../src/libraries/MaturingEarnings.sol";
import {Test} from "../base/Test.sol";

/// @dev Against a model that remembers every collection and every dispute, without bound.
contract MaturingEarningsTest is Test {
    using MaturingEarnings for MaturingEarnings.Book;

    /// @param until The bucket in which it ended, unbounded while it runs.
    struct Dispute {
        uint256 since;
        uint256 until;
    }

    uint256 private constant RUNNING = type(uint256).max;
    address private constant NODE = address(1);

    MaturingEarnings.Book private book;
    uint256[] private buckets;
    uint256[] private amounts;
    Dispute[] private disputes;
    uint256 private bucket = 20;
    uint256 private maturity;
    uint256 private left;

    function testFuzz_smallSums_matureExactlyByTheirBucket(uint256 seed, uint256 maturity_) public {
        maturity = bound(maturity_, 5, 7);
        for (uint256 i = 0; i < 100; ++i) {
            uint256 r = random(seed, i);
            step(r, 1e5, false);
            (uint256 exact,,) = model();
            assertEq(book.withdrawable(NODE, last()) + left, exact, "to the wei");
        }
    }

    function testFuzz_neverEarly_andAtTheLatestAMaturityAfterADispute(
        uint256 seed,
        uint256 maturity_
    ) public {
        maturity = bound(maturity_, 5, 7);
        for (uint256 i = 0; i < 150; ++i) {
            uint256 r = random(seed, i);
            step(r, r % 3 == 0 ? 1e4 : 1e25, true);
            (uint256 exact, uint256 surely, uint256 all) = model();
            uint256 out = book.withdrawable(NODE, last()) + left;
            assertLe(out, exact, "never early");
            assertGe(out + late(all, surely), surely, "never later");
            assertEq(book.held(NODE), all - left, "the sum, to the wei");
        }
        endDispute();
        bucket += 20;
        left += book.settle(NODE, last());
        (,, uint256 everything) = model();
        assertEq(left, everything, "in the end all is out, to the wei");
        assertEq(book.held(NODE), 0, "nothing stays");
    }

    function testFuzz_forfeit_takesWhatWaits_andLeavesWhatHadMatured(
        uint256 seed,
        uint256 maturity_,
        uint256 steps
    ) public {
        maturity = bound(maturity_, 5, 7);
        steps = bound(steps, 1, 80);
        for (uint256 i = 0; i < steps; ++i) {
            step(random(seed, i), 1e25, i % 20 > 10);
        }
        uint256 at = last();
        (uint256 exact, uint256 surely, uint256 all) = model();
        uint256 taken = book.forfeit(NODE, at);
        assertGe(taken, all - exact, "all that waits");
        assertLe(taken, all - surely + late(all, surely), "and no more");
        assertEq(book.withdrawable(NODE, at), all - left - taken, "the rest is the node's");
        assertEq(book.forfeit(NODE, at), 0, "once");
        assertEq(book.settle(NODE, at), all - left - taken, "paid");
        assertEq(book.held(NODE), 0, "nothing left");
    }

    function test_forfeit_leavesWhatHadMatured() public {
        maturity = 7;
        collect(10);
        bucket = 24;
        collect(20);
        bucket = 26;
        collect(40);
        assertEq(book.forfeit(NODE, 24), 40, "unmatured");
        assertEq(book.withdrawable(NODE, 24), 30, "matured");
        assertEq(book.forfeit(NODE, 24), 0, "once");
        assertEq(book.settle(NODE, 24), 30, "paid");
        assertEq(book.withdrawable(NODE, 34), 0, "nothing left");
    }

    /// @dev Thirty-one buckets of collecting in a dispute, with seven of the week before it waiting.
    function test_dispute_keepsTheWeekBefore_andAddsUpWhatComesAfter() public {
        maturity = 7;
        for (bucket = 20; bucket < 40; ++bucket) {
            collect(1);
        }
        disputes.push(Dispute(40, RUNNING));
        for (bucket = 40; bucket <= 70; ++bucket) {
            collect(100);
            assertEq(book.withdrawable(NODE, last()), 13, "buckets 20 to 32");
        }
        bucket = 70;
        endDispute();
        assertEq(book.withdrawable(NODE, last()), 20, "the week before");
        for (bucket = 71; bucket < 78; ++bucket) {
            collect(1000);
            assertEq(book.withdrawable(NODE, last()), 20, "not yet");
        }
        bucket = 78;
        assertEq(book.withdrawable(NODE, last()), 3_120, "a maturity after the last of it");
    }

    function test_everyCollection_usesTheTwoWordsOfTheFirst() public {
        maturity = 7;
        for (bucket = 20; bucket < 80; bucket += bucket % 9 == 0 ? 12 : 1) {
            collect(1e21);
            assertTrue(book.accounts[NODE] != 0, "account");
            assertTrue(book.lanes[NODE] != 0, "lanes");
        }
    }

    /// @dev More than 96 bits over a node's life, as the same tokens can be earned again.
    function test_lifetimeEarnings_areUnbounded() public {
        maturity = 7;
        for (bucket = 20; bucket < 60; ++bucket) {
            collect(5e27);
            if (bucket > 30) left += book.settle(NODE, last());
        }
        bucket += 20;
        left += book.settle(NODE, last());
        assertEq(left, 2e29, "all of it");
    }

    /// @dev A day more or less, then a collection, a withdrawal, or a dispute's begin or end.
    function step(uint256 r, uint256 most, bool disputed) private {
        bucket += r % 11 == 0 ? r % 13 : r % 2;
        uint256 action = (r >> 32) % 12;
        if (action == 0) left += book.settle(NODE, last());
        else if (action == 1 && disputed && !held()) disputes.push(Dispute(bucket, RUNNING));
        else if (action == 2) endDispute();
        else collect((r >> 64) % most + 1);
    }

    function collect(uint256 amount) private {
        if (book.runningBucket(NODE) != bucket) {
            book.turn(NODE, bucket, last());
        }
        book.add(NODE, amount);
        buckets.push(bucket);
        amounts.push(amount);
    }

    function endDispute() private {
        if (held()) disputes[disputes.length - 1].until = bucket;
    }

    function held() private view returns (bool) {
        return disputes.length > 0 && disputes[disputes.length - 1].until == RUNNING;
    }

    function last() private view returns (uint256) {
        return (held() ? disputes[disputes.length - 1].since : bucket) - maturity - 1;
    }

    /// @return exact What was collected until `last`.
    /// @return surely The same, had all that was collected in a dispute come in the bucket of its end.
    /// @return all Everything ever collected.
    function model() private view returns (uint256 exact, uint256 surely, uint256 all) {
        uint256 until = last();
        for (uint256 i = 0; i < amounts.length; ++i) {
            all += amounts[i];
            if (buckets[i] > until) continue;
            exact += amounts[i];
            uint256 latest = buckets[i];
            for (uint256 k = 0; k < disputes.length; ++k) {
                if (disputes[k].since <= latest && latest <= disputes[k].until) {
                    latest = disputes[k].until;
                }
            }
            if (latest <= until) surely += amounts[i];
        }
    }

    /// @dev What rounding may hold back of what waits.
    function late(uint256 all, uint256 surely) private pure returns (uint256) {
        return (all - surely >> 23) + 8;
    }

    function random(uint256 seed, uint256 i) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, i)));
    }
}
