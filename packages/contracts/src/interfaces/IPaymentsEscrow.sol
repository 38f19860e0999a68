// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Voucher} from "../types/Voucher.sol";

/// @title Payers' balances and reservations, vouchers, the fee and its burn, nodes' earnings
/// @notice Everything this contract owes is `totalBalances + totalMaturing + untakenFees +
/// setAsideToBurn`, to the wei. Amounts are wei of DDAI.
interface IPaymentsEscrow {
    /// @param balance Everything the payer holds here, reserved and thawing included.
    /// @param reserved Held for nodes, fee included.
    /// @param thawing Announced for withdrawal; still pays vouchers until withdrawn.
    /// @param thawEnds Unix seconds from which `thawing` can be withdrawn.
    /// @param lastFreeze When the payer last froze a signer, zero if never.
    /// @param tierLock The payer's active tier lock, in whole DDAI.
    struct PayerAccount {
        uint256 balance;
        uint256 reserved;
        uint256 thawing;
        uint256 thawEnds;
        uint256 lastFreeze;
        uint256 tierLock;
    }

    /// @param remaining Unreserved amount still collectable under this key, in wei before the fee.
    /// @param dailyLimit Most of it in one UTC day.
    /// @param leftToday What the limit leaves today.
    /// @param expires Unix seconds after which only reserved amounts are collectable.
    /// @param frozenAt Unix seconds of the final freeze, zero if not frozen.
    struct SignerAllowance {
        uint256 remaining;
        uint256 dailyLimit;
        uint256 leftToday;
        uint256 expires;
        uint256 frozenAt;
    }

    /// @param amount Wei held, the highest possible fee included.
    /// @param madeAt Unix seconds; a signer frozen before it cannot draw on it.
    /// @param until Unix seconds after which anybody may release it.
    struct Reservation {
        uint256 amount;
        uint256 madeAt;
        uint256 until;
    }

    /// @param held Everything collected for the node and neither withdrawn nor forfeited.
    /// @param withdrawable What of it has matured.
    /// @param forfeitable What of it a conviction took and nobody burned yet.
    struct Earnings {
        uint256 held;
        uint256 withdrawable;
        uint256 forfeitable;
    }

    error PaymentsEscrowZeroAmount();
    error PaymentsEscrowZeroAddress();
    error PaymentsEscrowInsufficient(address payer, uint256 wanted, uint256 available);
    error PaymentsEscrowNothingThawing(address payer);
    error PaymentsEscrowStillThawing(address payer, uint256 thawEnds);
    error PaymentsEscrowUnknownSigner(address payer, address signer);
    error PaymentsEscrowSignerFrozen(address payer, address signer, uint256 frozenAt);
    error PaymentsEscrowExpired(uint256 expires, uint256 nowSeconds);
    error PaymentsEscrowExpiryTooFar(uint256 expires, uint256 max);
    error PaymentsEscrowWrongSigner(address signer, address recovered);
    error PaymentsEscrowUnknownClass(uint8 workClass);
    error PaymentsEscrowStakeBelowMinimum(
        address node, uint8 workClass, uint256 stake, uint256 minimum
    );
    error PaymentsEscrowMixedNodes(address expected, address found);
    error PaymentsEscrowEmptyBatch();
    error PaymentsEscrowSignaturesMissing(uint256 vouchers, uint256 signaturesLength);
    error PaymentsEscrowReservationShortened(uint256 until, uint256 wanted);
    error PaymentsEscrowReservationClosed(address payer, address node, uint256 lastFreeze);
    error PaymentsEscrowReservationRunning(address payer, address node, uint256 until);
    error PaymentsEscrowNoReservation(address payer, address node);
    error PaymentsEscrowNothingMatured(address node);
    error PaymentsEscrowNothingForfeited(address node);
    error PaymentsEscrowNotFeatureTiers(address caller);
    error PaymentsEscrowNotStaking(address caller);

    event Deposited(address indexed payer, address indexed from, uint256 amount, uint256 balance);
    event Thawed(address indexed payer, uint256 amount, uint256 thawEnds);
    event ThawCancelled(address indexed payer, uint256 amount);
    event Withdrawn(address indexed payer, uint256 amount);
    event SignerAuthorized(
        address indexed payer,
        address indexed signer,
        uint256 remaining,
        uint256 dailyLimit,
        uint256 expires
    );
    event SignerFrozen(address indexed payer, address indexed signer, uint256 frozenAt);
    /// @param added Wei added to the reservation, the highest possible fee included.
    event Reserved(address indexed payer, address indexed node, uint256 added, uint256 until);
    event ReservationReleased(address indexed payer, address indexed node, uint256 amount);
    /// @notice The payer lost `net + fee` (what of it was reserved, {ReservationDrawn} says); the node's
    /// maturing earnings grew by `net`, the amount to burn by `burned` and untaken fees by
    /// `fee - burned`. The node's reward units in the open epoch grew by `burned`. What is
    /// collected for this payer, signer, node and class is the sum of `net`.
    event Collected(
        address indexed payer,
        address indexed node,
        address indexed signer,
        uint8 workClass,
        uint256 net,
        uint256 fee,
        uint256 burned
    );
    /// @notice In the same call as {Collected}, and before it.
    event ReservationDrawn(address indexed payer, address indexed node, uint256 amount);
    event EarningsWithdrawn(address indexed node, address indexed payout, uint256 amount);
    event EarningsForfeited(address indexed node, uint256 amount);
    event SetAsideBurned(uint256 amount);
    event FeesTaken(address indexed treasury, uint256 amount);
    event FeeSet(uint256 feeBps, uint256 burnShareBps);
    event MinimumStakeSet(uint8 indexed workClass, uint256 amount);
    event TreasurySet(address indexed treasury);

    /// @notice Adds `amount` of the caller's tokens to the balance of `payer`.
    function deposit(address payer, uint256 amount) external;

    /// @notice Announces the withdrawal of `amount` of what is neither reserved nor thawing. It joins
    /// a pending thaw, whose clock then starts anew.
    function thaw(uint256 amount) external returns (uint256 thawEnds);

    function cancelThaw() external;

    /// @notice Pays the caller what it thawed, or what vouchers left of it.
    function withdraw() external returns (uint256 amount);

    /// @notice Lets `signer` sign vouchers for the caller. Replaces the former allowance, so
    /// `remaining` counts from now. Amounts are kept in whole gwei, rounded down.
    function authorizeSigner(address signer, uint256 remaining, uint256 dailyLimit, uint256 expires)
        external;

    /// @notice Ends a key for ever: under it, only what was reserved for a node before can still be
    /// collected.
    function freezeSigner(address signer) external;

    /// @notice Holds `amount` (before the fee) for `node` until `until`. Called again it adds
    /// `amount`, which may be zero, and may only prolong. After the caller froze a signer, an older
    /// reservation can be prolonged but not grow, so that the frozen key gains nothing.
    function reserve(address node, uint256 amount, uint256 until) external;

    /// @notice Frees a reservation that ran out. By anybody.
    function release(address payer, address node) external;

    /// @notice Pays a node what a voucher promises beyond what was collected, as far as the payer's
    /// money and the signer's allowance reach. An old voucher pays nothing and changes nothing.
    /// Called without a transaction it tells what a voucher is worth now.
    /// @return net What the node earned, in wei.
    /// @return fee What the payer paid on top.
    function collect(Voucher calldata voucher, bytes calldata signature)
        external
        returns (uint256 net, uint256 fee);

    /// @notice Collects vouchers of one node in one go, cheaper than one by one.
    /// @param signatures Their 65-byte signatures `r || s || v`, in the same order, in one row.
    /// @return net Wei earned over all. @return fee Wei of fees over all.
    function collectMany(Voucher[] calldata vouchers, bytes calldata signatures)
        external
        returns (uint256 net, uint256 fee);

    /// @notice Sends the node's matured earnings to its payout address. By its operator or signer.
    function withdrawEarnings(address node) external returns (uint256 amount);

    /// @notice Moves a convicted node's unmatured earnings to what is burned. By anybody.
    function forfeitEarnings(address node) external returns (uint256 amount);

    /// @notice Burns everything set aside. By anybody.
    function burnSetAside() external returns (uint256 amount);

    /// @notice Sends untaken fees to the treasury. By anybody.
    function takeFees() external returns (uint256 amount);

    /// @notice The fee on top and the share of it that is burned, in basis points.
    function setFee(uint256 feeBps, uint256 burnShareBps) external;

    /// @notice Active collateral that a node needs to be paid for this class; whole DDAI.
    function setMinimumStake(uint8 workClass, uint256 amount) external;

    function setTreasury(address treasury) external;

    /// @notice An account's active tier lock, kept beside its balance to spare `collect` a call. By
    /// `Staking` only, in the transaction that changes the lock: an ended tier ends at once.
    function setTierLock(address payer, uint256 lock) external;

    /// @notice The copy of the tier table that spares `collect` a call. By `FeatureTiers` only.
    function setTierTable(uint256 table) external;

    function payerAccount(address payer) external view returns (PayerAccount memory);

    /// @notice What `payer` can still reserve or thaw: balance less reserved and thawing.
    function freeBalance(address payer) external view returns (uint256);

    function signerAllowance(address payer, address signer)
        external
        view
        returns (SignerAllowance memory);

    function reservation(address payer, address node) external view returns (Reservation memory);

    /// @notice Collected so far for this payer, signer, node and class, in wei before the fee.
    function collectedOf(address payer, address signer, address node, uint8 workClass)
        external
        view
        returns (uint256);

    function earningsOf(address node) external view returns (Earnings memory);

    /// @notice Everything earned and neither withdrawn nor forfeited, matured or not, of all nodes.
    function totalMaturing() external view returns (uint256);

    /// @notice Sum of payers' balances.
    function totalBalances() external view returns (uint256);

    /// @notice The treasury's part of the fees, not yet taken.
    function untakenFees() external view returns (uint256);

    function setAsideToBurn() external view returns (uint256);

    /// @notice Everything burned by `burnSetAside` since deployment.
    function totalBurned() external view returns (uint256);

    function fee() external view returns (uint256 feeBps, uint256 burnShareBps);

    function minimumStake(uint8 workClass) external view returns (uint256);

    function treasury() external view returns (address);

    /// @notice The copy of `FeatureTiers`' table that `collect` reads.
    function tierTable() external view returns (uint256);

    function payerThawPeriod() external view returns (uint256);

    function earningsMaturity() external view returns (uint256);

    /// @notice EIP-712 digest that a voucher's signer signs.
    function voucherDigest(Voucher calldata voucher) external view returns (bytes32);
}
