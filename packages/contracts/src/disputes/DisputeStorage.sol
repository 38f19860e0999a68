// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputeManager} from "../interfaces/IDisputeManager.sol";
import {BeaconQueue} from "../libraries/BeaconQueue.sol";
import {FreezeLedger} from "../libraries/FreezeLedger.sol";

/// @title What disputes remember
abstract contract DisputeStorage is IDisputeManager {
    struct Seat {
        uint16 seats;
        Duty duty;
        uint32 freezeGeneration;
        /// @dev First the commitment, then the result.
        bytes32 word;
    }

    struct DrawRecord {
        uint64 epoch;
        uint16 seats;
        uint16 revealed;
        uint16 leadingSeats;
        bool counted;
        bytes32 leading;
        mapping(bytes32 resultHash => uint256) seatsFor;
        mapping(address juror => Seat) jurors;
    }

    struct Totals {
        uint96 bonds;
        uint96 jurorFees;
        uint64 disputes;
    }

    /// @custom:storage-location erc7201:ddai.storage.DisputeManager
    struct DisputesStorage {
        Totals totals;
        BeaconQueue.Queue queue;
        Parameters[] parameters;
        mapping(uint256 disputeId => Dispute) disputes;
        mapping(uint256 disputeId => mapping(uint256 draw => DrawRecord)) draws;
        mapping(address payer => mapping(address node => uint256 disputeId)) openBetween;
        mapping(bytes32 evidence => bool) used;
        FreezeLedger.Book freezes;
    }

    /// @dev ERC-7201 of "ddai.storage.DisputeManager".
    bytes32 private constant DISPUTES_SLOT =
        0xe34cb3ba8848cae38f8d6feff681f4429f7efb5c6b4ab1fdad507b0a67b00500;

    /// @inheritdoc IDisputeManager
    function latestParameters() public view returns (uint256 parametersId) {
        return _disputes().parameters.length - 1;
    }

    function _record(uint256 disputeId) internal view returns (Dispute storage) {
        return _disputes().disputes[disputeId];
    }

    function _drawOf(uint256 disputeId, uint256 draw) internal view returns (DrawRecord storage) {
        return _disputes().draws[disputeId][draw];
    }

    function _parametersOf(uint256 parametersId) internal view returns (Parameters storage) {
        return _disputes().parameters[parametersId];
    }

    /// @dev Evidence counts once.
    function _use(bytes32 evidence) internal {
        mapping(bytes32 evidence => bool) storage used = _disputes().used;
        if (used[evidence]) revert DisputeManagerAlreadyUsed(evidence);
        used[evidence] = true;
    }

    function _disputes() internal pure returns (DisputesStorage storage $) {
        bytes32 slot = DISPUTES_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
