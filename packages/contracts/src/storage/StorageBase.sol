// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {DDAIToken} from "../DDAIToken.sol";
import {Pausable} from "../governance/Pausable.sol";
import {Governed} from "../governance/Governed.sol";
import {IBeaconSeats} from "../interfaces/IBeaconSeats.sol";
import {IBondedWork} from "../interfaces/IBondedWork.sol";
import {INodeRegistry} from "../interfaces/INodeRegistry.sol";
import {IPaymentsEscrow} from "../interfaces/IPaymentsEscrow.sol";
import {IProtocolRegistry} from "../interfaces/IProtocolRegistry.sol";
import {IStaking} from "../interfaces/IStaking.sol";
import {IStorageProofs} from "../interfaces/IStorageProofs.sol";

/// @title What all parts of the storage share: its storage, neighbours and periods
abstract contract StorageBase is IStorageProofs, Pausable, ReentrancyGuardTransient {
    struct DataSetRecord {
        bytes32 root;
        address client;
        uint96 price;
        address node;
        uint32 firstPeriod;
        uint32 endPeriod;
        uint32 settledUntil;
        uint48 leafCount;
        uint32 faultsUntil;
        uint16 maxMisses;
        uint16 misses;
        bool removed;
    }

    /// @dev Read by every proof. Stakes at the start of two epochs, by their parity; `latestRoot` is
    /// the period from which the newest root counts.
    struct NodeRecord {
        uint96 stakeEven;
        uint96 stakeOdd;
        uint32 notedEpoch;
        uint32 latestRoot;
    }

    /// @dev Roots of a node form a list, newest first, linked by the period they count from.
    struct RootRecord {
        bytes32 root;
        uint64 leaves;
        uint32 previous;
    }

    /// @custom:storage-location erc7201:ddai.storage.StorageProofs
    struct StorageProofsStorage {
        mapping(uint256 id => DataSetRecord) dataSets;
        mapping(address node => NodeRecord) nodes;
        mapping(address node => mapping(uint256 period => RootRecord)) roots;
        mapping(address node => mapping(uint256 word => uint256)) proven;
        uint128 deposits;
        uint64 lastId;
        uint16 penaltyPeriods;
    }

    /// @param beacon Its epochs are the periods.
    /// @param epochLength Seconds, that of `EmissionsController`: a whole number of periods.
    struct Immutables {
        DDAIToken token;
        IStaking staking;
        INodeRegistry nodeRegistry;
        IPaymentsEscrow escrow;
        IBondedWork emissions;
        IBeaconSeats beacon;
        IProtocolRegistry protocolRegistry;
        address timelock;
        uint256 timeUnit;
        uint256 epochLength;
        uint256 periodLength;
    }

    /// @dev ERC-7201 of "ddai.storage.StorageProofs".
    bytes32 private constant STORAGE_PROOFS_SLOT =
        0x81b41b58a35c23da3b0f35af7dac8832e7e781be142c9a371644a0ffabc29200;
    /// @dev A challenge may draw on two words of a bitmap at most.
    uint256 private constant MAX_PERIODS_PER_EPOCH = 200;
    DDAIToken public immutable token;
    IStaking public immutable staking;
    INodeRegistry public immutable nodeRegistry;
    IPaymentsEscrow public immutable escrow;
    IBondedWork public immutable emissions;
    IBeaconSeats public immutable beacon;
    uint256 public immutable epochLength;
    /// @notice The beacon's epoch length, spared a call.
    uint256 public immutable periodLength;

    constructor(Immutables memory set)
        Governed(set.timelock, set.timeUnit)
        Pausable(set.protocolRegistry)
    {
        _requireAddress(address(set.token));
        _requireAddress(address(set.staking));
        _requireAddress(address(set.nodeRegistry));
        _requireAddress(address(set.escrow));
        _requireAddress(address(set.emissions));
        _requireAddress(address(set.beacon));
        _requireBounds("epochLength", set.epochLength, set.timeUnit, 30 * set.timeUnit);
        _requireBounds(
            "periodLength",
            set.periodLength,
            (set.epochLength + MAX_PERIODS_PER_EPOCH - 1) / MAX_PERIODS_PER_EPOCH,
            set.epochLength
        );
        _requireBounds("epochLength % period", set.epochLength % set.periodLength, 0, 0);
        token = set.token;
        staking = set.staking;
        nodeRegistry = set.nodeRegistry;
        escrow = set.escrow;
        emissions = set.emissions;
        beacon = set.beacon;
        epochLength = set.epochLength;
        periodLength = set.periodLength;
    }

    function _period() internal view returns (uint256) {
        return block.timestamp / periodLength;
    }

    /// @dev Out of `from` to `until`, exclusive: periods with a value, and those answered. One step
    /// for each 256 periods.
    function _tally(StorageProofsStorage storage $, address node, uint256 from, uint256 until)
        internal
        view
        returns (uint256 complete, uint256 answered)
    {
        while (from < until) {
            uint256 word = from / 256;
            uint256 end = (word + 1) * 256;
            if (end > until) end = until;
            // Bits from `from % 256` up, `end - from` of them.
            uint256 mask = type(uint256).max >> (256 - (end - from)) << (from % 256);
            uint256 bits = beacon.completeEpochs(word) & mask;
            complete += _bits(bits);
            answered += _bits(bits & $.proven[node][word]);
            from = end;
        }
    }

    function _dataSet(StorageProofsStorage storage $, uint256 id)
        internal
        view
        returns (DataSetRecord storage record)
    {
        record = $.dataSets[id];
        if (record.client == address(0)) revert StorageUnknownDataSet(id);
    }

    function _accepted(StorageProofsStorage storage $, uint256 id)
        internal
        view
        returns (DataSetRecord storage record)
    {
        record = _dataSet($, id);
        if (record.firstPeriod == 0) revert StorageNotAccepted(id);
    }

    /// @dev The root in force in a period: at most two newer ones wait for later periods.
    function _rootAt(StorageProofsStorage storage $, address node, uint256 latest, uint256 period)
        internal
        view
        returns (RootRecord storage record)
    {
        record = $.roots[node][latest];
        for (uint256 hops = 0; latest > period && hops < 3; ++hops) {
            latest = record.previous;
            record = $.roots[node][latest];
        }
        if (latest > period) revert StoragePeriodClosed(period, _period());
    }

    function _bits(uint256 word) private pure returns (uint256 count) {
        // Population count by halves, as in Hacker's Delight 5-1.
        unchecked {
            uint256 m = type(uint256).max;
            word -= word >> 1 & m / 3;
            word = (word & m / 5) + (word >> 2 & m / 5);
            word = word + (word >> 4) & m / 17;
            // Bytes hold up to 8; their sum, up to 256, needs nine bits.
            uint256 pairs = (word & m / 257) + (word >> 8 & m / 257);
            count = pairs * (m / 65_535) >> 240;
        }
    }

    function _storage() internal pure returns (StorageProofsStorage storage $) {
        bytes32 slot = STORAGE_PROOFS_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
