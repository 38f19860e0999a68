// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {DDAIToken} from "../DDAIToken.sol";
import {Governed} from "../governance/Governed.sol";
import {Pausable} from "../governance/Pausable.sol";
import {IEmissionsController} from "../interfaces/IEmissionsController.sol";
import {INodeRegistry} from "../interfaces/INodeRegistry.sol";
import {IPaymentsEscrow} from "../interfaces/IPaymentsEscrow.sol";
import {IProtocolRegistry} from "../interfaces/IProtocolRegistry.sol";
import {IStaking} from "../interfaces/IStaking.sol";
import {MaturingEarnings} from "../libraries/MaturingEarnings.sol";
import {Allowance} from "../libraries/SignerAllowances.sol";
import {EscrowParameters} from "../types/EscrowParameters.sol";
import {EscrowTotals} from "../types/EscrowTotals.sol";
import {PayerFunds} from "../types/PayerFunds.sol";
import {WORK_CLASSES} from "../types/WorkClass.sol";

/// @title What all parts of the escrow share: its storage, its neighbours and its durations
/// @notice Storage is packed so that a repeated `collect` writes seven slots in all, two of them in
/// `EmissionsController`.
abstract contract EscrowBase is IPaymentsEscrow, Pausable, ReentrancyGuardTransient {
    struct PayerRecord {
        PayerFunds funds;
        uint96 thawing;
        uint48 thawEnds;
        uint48 lastFreeze;
    }

    struct ReservationRecord {
        uint96 amount;
        uint48 madeAt;
        uint48 until;
    }

    // Structs of one word: a pointer to one is hashed once, for its reading and its writing.

    struct AllowanceRecord {
        Allowance allowance;
    }

    struct Tally {
        uint256 collected;
    }

    /// @dev What this contract holds for everybody; balances are what the other totals leave.
    struct Held {
        uint96 amount;
        uint96 burned;
    }

    /// @custom:storage-location erc7201:ddai.storage.PaymentsEscrow
    struct EscrowStorage {
        mapping(address payer => PayerRecord) payers;
        mapping(address payer => mapping(address signer => AllowanceRecord)) allowances;
        mapping(address payer => mapping(address node => ReservationRecord)) reservations;
        mapping(bytes32 ledgerKey => Tally) tallies;
        MaturingEarnings.Book earnings;
        EscrowTotals totals;
        Held held;
        EscrowParameters parameters;
        uint256 tierTable;
        address treasury;
    }

    /// @param payerThawPeriod Seconds between announcing and making a payer's withdrawal.
    /// @param earningsMaturity Seconds that earnings wait, counted from the end of the time unit in
    /// which they were collected.
    struct Immutables {
        DDAIToken token;
        IStaking staking;
        INodeRegistry nodeRegistry;
        IEmissionsController emissions;
        address featureTiers;
        IProtocolRegistry protocolRegistry;
        address timelock;
        uint256 timeUnit;
        uint256 payerThawPeriod;
        uint256 earningsMaturity;
    }

    /// @dev ERC-7201 of "ddai.storage.PaymentsEscrow".
    bytes32 private constant ESCROW_SLOT =
        0x40c1cbdaf1d884224dc7b32f40e2baabe0f2f0eea16682f4df061c99efd77100;
    /// @dev Shorter than the announcement of a change, longer than a dispute's window.
    uint256 private constant MIN_PAYER_THAW_UNITS = 7;
    uint256 private constant MAX_PAYER_THAW_UNITS = 20;
    /// @dev At most half a stake's shortest thaw.
    uint256 private constant MIN_MATURITY_UNITS = 5;
    uint256 private constant MAX_MATURITY_UNITS = 7;
    DDAIToken public immutable token;
    IStaking public immutable staking;
    INodeRegistry public immutable nodeRegistry;
    IEmissionsController public immutable emissions;
    address public immutable featureTiers;
    /// @inheritdoc IPaymentsEscrow
    uint256 public immutable payerThawPeriod;
    /// @inheritdoc IPaymentsEscrow
    uint256 public immutable earningsMaturity;

    constructor(Immutables memory set)
        Governed(set.timelock, set.timeUnit)
        Pausable(set.protocolRegistry)
    {
        _requireAddress(address(set.token));
        _requireAddress(address(set.staking));
        _requireAddress(address(set.nodeRegistry));
        _requireAddress(address(set.emissions));
        _requireAddress(set.featureTiers);
        _requireBounds(
            "payerThawPeriod",
            set.payerThawPeriod,
            MIN_PAYER_THAW_UNITS * set.timeUnit,
            MAX_PAYER_THAW_UNITS * set.timeUnit
        );
        _requireBounds(
            "earningsMaturity",
            set.earningsMaturity,
            MIN_MATURITY_UNITS * set.timeUnit,
            MAX_MATURITY_UNITS * set.timeUnit
        );
        token = set.token;
        staking = set.staking;
        nodeRegistry = set.nodeRegistry;
        emissions = set.emissions;
        featureTiers = set.featureTiers;
        payerThawPeriod = set.payerThawPeriod;
        earningsMaturity = set.earningsMaturity;
    }

    function _payOut(EscrowStorage storage $, address to, uint256 amount) internal {
        $.held.amount -= uint96(amount);
        token.transfer(to, amount);
    }

    /// @return lastBucket The last time unit whose earnings have matured. @return convicted Whether
    /// the rest is forfeited.
    function _maturedUntil(address node)
        internal
        view
        returns (uint256 lastBucket, bool convicted)
    {
        uint256 stoppedAt;
        (stoppedAt, convicted) = staking.maturingStoppedAt(node);
        uint256 moment = stoppedAt == 0 ? block.timestamp : stoppedAt;
        // A unit's earnings mature counted from its end, never early.
        lastBucket = (moment - earningsMaturity) / timeUnit - 1;
    }

    function _requireClass(uint8 workClass) internal pure {
        if (workClass >= WORK_CLASSES) revert PaymentsEscrowUnknownClass(workClass);
    }

    function _escrow() internal pure returns (EscrowStorage storage $) {
        bytes32 slot = ESCROW_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
