// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {DDAIToken} from "../DDAIToken.sol";
import {Governed} from "../governance/Governed.sol";
import {IEmissionsController} from "../interfaces/IEmissionsController.sol";
import {UnitsPair} from "../types/UnitsPair.sol";
import {WORK_CLASSES} from "../types/WorkClass.sol";

/// @title What all parts of the emission share: storage, neighbours and the epoch's length
abstract contract EmissionsBase is IEmissionsController, Governed, ReentrancyGuardTransient {
    struct LedgerRecord {
        uint128 reserve;
        uint128 open;
        uint128 owed;
        uint128 claimed;
    }

    /// @dev `bonded` is kept with the epoch so that a change never reaches back.
    struct EpochRecord {
        uint32 id;
        uint48 openedAt;
        uint96 budget;
        uint64 weights;
        uint64 bonded;
    }

    /// @dev The budget is whole gwei; what the class pays is the lower of it and the units.
    struct ResultRecord {
        uint96 units;
        uint96 remaining;
        uint64 budgetGwei;
    }

    struct Config {
        uint96 stream;
        uint64 bonded;
        uint64 daoWeights;
        bool daoDecided;
    }

    struct CorridorRecord {
        uint64 min;
        uint64 max;
        uint16 step;
    }

    /// @dev Kept here by `NodeRegistry`: asking it costs more than a claim can spend.
    struct Recipient {
        address payout;
        address signer;
    }

    struct Tally {
        uint128[4] weighted;
        uint128 power;
    }

    /// @custom:storage-location erc7201:ddai.storage.EmissionsController
    struct EmissionsStorage {
        LedgerRecord ledger;
        uint256 funded;
        uint256 firstEpoch;
        EpochRecord epoch;
        mapping(uint256 pair => UnitsPair) openUnits;
        mapping(uint256 unitsKey => uint256) units;
        mapping(uint256 epoch => mapping(uint8 workClass => ResultRecord)) results;
        Config config;
        CorridorRecord corridor;
        mapping(uint256 epoch => Tally) tallies;
        mapping(address voter => uint256 epoch) votedIn;
        mapping(address node => Recipient) recipients;
    }

    /// @param epochLength Seconds, 1 to 30 time units.
    struct Immutables {
        DDAIToken token;
        address escrow;
        address nodeRegistry;
        IVotes votes;
        address timelock;
        uint256 timeUnit;
        uint256 epochLength;
    }

    /// @dev ERC-7201 of "ddai.storage.EmissionsController".
    bytes32 private constant EMISSIONS_SLOT =
        0x0248dc787e800823d5065075e4fe6968568692ae6709599e8a1f53cd6d337900;
    uint256 internal constant BPS = 10_000;
    uint256 private constant MAX_EPOCH_UNITS = 30;
    uint256 private constant MAX_CLAIMS = 365;
    DDAIToken public immutable token;
    /// @notice The only source of fee-backed units.
    address public immutable escrow;
    /// @notice Tells who may claim for a node and where its rewards go.
    address public immutable nodeRegistry;
    IVotes public immutable votes;
    /// @inheritdoc IEmissionsController
    uint256 public immutable epochLength;

    constructor(Immutables memory set) Governed(set.timelock, set.timeUnit) {
        _requireAddress(address(set.token));
        _requireAddress(set.escrow);
        _requireAddress(set.nodeRegistry);
        _requireAddress(address(set.votes));
        _requireBounds("epochLength", set.epochLength, set.timeUnit, MAX_EPOCH_UNITS * set.timeUnit);
        token = set.token;
        escrow = set.escrow;
        nodeRegistry = set.nodeRegistry;
        votes = set.votes;
        epochLength = set.epochLength;
    }

    function _payoutFor(EmissionsStorage storage $, address node) internal view returns (address) {
        Recipient storage recipient = $.recipients[node];
        if (msg.sender != node && msg.sender != recipient.signer) {
            revert EmissionsNotOperatorOrSigner(msg.sender, node);
        }
        address payout = recipient.payout;
        return payout == address(0) ? node : payout;
    }

    /// @dev Ascending, so none twice.
    function _requireEpochs(uint256[] calldata epochs) internal pure {
        if (epochs.length == 0) revert EmissionsEmptyEpochs();
        if (epochs.length > MAX_CLAIMS) revert EmissionsTooManyEpochs(epochs.length, MAX_CLAIMS);
        for (uint256 i = 1; i < epochs.length; ++i) {
            if (epochs[i] <= epochs[i - 1]) {
                revert EmissionsUnsortedEpochs(epochs[i - 1], epochs[i]);
            }
        }
    }

    /// @dev One hash instead of three.
    function _unitsKey(uint256 epoch, uint8 workClass, address node)
        internal
        pure
        returns (uint256)
    {
        return epoch << 168 | uint256(workClass) << 160 | uint160(node);
    }

    function _requireClass(uint8 workClass) internal pure {
        if (workClass >= WORK_CLASSES) revert EmissionsUnknownClass(workClass);
    }

    /// @dev Both fields share a slot: read together, written together.
    function _payReward(EmissionsStorage storage $, address payout, uint256 amount) internal {
        LedgerRecord storage record = $.ledger;
        (uint128 owed, uint128 claimed) = (record.owed, record.claimed);
        (record.owed, record.claimed) = (owed - uint128(amount), claimed + uint128(amount));
        // OpenZeppelin's ERC-20 reverts where others return false.
        token.transfer(payout, amount);
    }

    function _emissions() internal pure returns (EmissionsStorage storage $) {
        bytes32 slot = EMISSIONS_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
