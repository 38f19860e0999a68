// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {DDAIToken} from "../DDAIToken.sol";
import {Governed} from "../governance/Governed.sol";
import {INodeRegistry} from "../interfaces/INodeRegistry.sol";
import {IPaymentsEscrow} from "../interfaces/IPaymentsEscrow.sol";
import {IRandomBeacon} from "../interfaces/IRandomBeacon.sol";
import {IStaking} from "../interfaces/IStaking.sol";
import {AttestationHash} from "../libraries/AttestationHash.sol";
import {BeaconQueue} from "../libraries/BeaconQueue.sol";
import {FreezeLedger} from "../libraries/FreezeLedger.sol";
import {Attestation} from "../types/Attestation.sol";
import {DisputeStorage} from "./DisputeStorage.sol";

/// @title What all parts of dispute resolution share: neighbours, durations, and how they freeze, slash and ask
abstract contract DisputesBase is DisputeStorage, Governed, ReentrancyGuardTransient {
    using FreezeLedger for FreezeLedger.Book;

    struct Immutables {
        DDAIToken token;
        IStaking staking;
        INodeRegistry nodeRegistry;
        IPaymentsEscrow escrow;
        IRandomBeacon beacon;
        address slashGuardian;
        address timelock;
        uint256 timeUnit;
    }

    /// @dev Of an encrypted input, or of wrapped keys, in one transaction.
    uint256 private constant MAX_INPUT_BYTES = 32_768;
    uint256 internal constant BPS = 10_000;
    bytes32 internal constant UNAVAILABLE = 0;
    /// @dev First draw of an appeal; each round has two, the second if the first is too small.
    uint256 internal constant FIRST_APPEAL_DRAW = 2;

    /// @dev In time units. With four draws that all wait as long as they may, and the longest
    /// guardian's delay, a dispute takes 4 * (3 + 1 + 1 + 1) + 2 + 3 = 29 units, one less than it has.
    uint256 internal constant MAX_UNITS = 30;
    uint256 internal constant QUEUE_UNITS = 3;
    uint256 internal constant CLAIM_UNITS = 1;
    uint256 internal constant COMMIT_UNITS = 1;
    uint256 internal constant REVEAL_UNITS = 1;
    uint256 internal constant APPEAL_UNITS = 2;

    DDAIToken public immutable token;
    IStaking public immutable staking;
    INodeRegistry public immutable nodeRegistry;
    IPaymentsEscrow public immutable escrow;
    IRandomBeacon public immutable beacon;
    address public immutable slashGuardian;

    constructor(Immutables memory set) Governed(set.timelock, set.timeUnit) {
        _requireAddress(address(set.token));
        _requireAddress(address(set.staking));
        _requireAddress(address(set.nodeRegistry));
        _requireAddress(address(set.escrow));
        _requireAddress(address(set.beacon));
        _requireAddress(set.slashGuardian);
        token = set.token;
        staking = set.staking;
        nodeRegistry = set.nodeRegistry;
        escrow = set.escrow;
        beacon = set.beacon;
        slashGuardian = set.slashGuardian;
    }

    /// @dev The digest that was signed, after checking that the node it names signed it: any signer
    /// that this operator ever had.
    function _requireSigned(Attestation memory attestation, bytes calldata signature)
        internal
        view
        returns (bytes32 digest)
    {
        digest = AttestationHash.digest(attestation, address(nodeRegistry));
        (address recovered,,) = ECDSA.tryRecoverCalldata(digest, signature);
        address operator = recovered == address(0) ? recovered : nodeRegistry.operatorOf(recovered);
        if (operator == address(0) || operator != attestation.node) {
            revert DisputeManagerWrongSigner(attestation.node, recovered, operator);
        }
    }

    /// @dev What a fault costs: a part of everything the node has at stake, rounded up so that it is
    /// never zero while there is any, at most what `Staking` lets this verifier take.
    function _cut(address node, uint256 cutBps) internal view returns (uint256) {
        unchecked {
            // 96 bits times 16.
            return Math.min((_held(node) * cutBps + BPS - 1) / BPS, _maxSlash());
        }
    }

    function _maxSlash() internal view returns (uint256) {
        (, IStaking.VerifierTerms memory terms) = staking.verifier(address(this));
        return terms.maxSlash;
    }

    /// @dev Slashes what this contract had frozen, and ends that freeze.
    function _slashFrozen(IStaking.Slash memory request, uint256 generation)
        internal
        returns (uint256)
    {
        request.unfreeze =
            _disputes().freezes.strike(staking, request.node, request.amount, generation);
        request.amount = Math.min(request.amount, _maxSlash());
        return _slash(request);
    }

    function _slash(IStaking.Slash memory request) internal returns (uint256) {
        return staking.slash(request);
    }

    function _freeze(address account, uint256 amount) internal returns (uint32 generation) {
        return _disputes().freezes.freeze(staking, account, amount);
    }

    function _release(address account, uint256 amount, uint256 generation) internal {
        uint256 standing = _disputes().freezes.strike(staking, account, amount, generation);
        if (standing > 0) staking.unfreeze(account, standing);
    }

    /// @dev OpenZeppelin's ERC-20 reverts where others return false.
    function _pay(address to, uint256 amount) internal {
        token.transfer(to, amount);
    }

    /// @dev Most that one beacon value may decide over.
    function _seatStake() internal view returns (uint256 cap) {
        cap = beacon.seatStake();
        if (cap == 0) revert DisputeManagerNoSeatStake();
    }

    function _valueOf(uint256 epoch) internal view returns (IRandomBeacon.Outcome, bytes32) {
        return beacon.randomAt(epoch);
    }

    function _requirePayer(address payer) internal view {
        if (msg.sender != payer) revert DisputeManagerNotPayer(msg.sender, payer);
    }

    function _requireSize(bytes calldata data) internal pure {
        if (data.length == 0 || data.length > MAX_INPUT_BYTES) {
            revert DisputeManagerInputSize(data.length, MAX_INPUT_BYTES);
        }
    }

    function _requirePhase(uint256 disputeId, Dispute storage record, Phase phase) internal view {
        if (record.phase != phase) revert DisputeManagerWrongPhase(disputeId, record.phase);
    }

    function _requireBefore(uint256 disputeId, uint256 end) internal view {
        if (block.timestamp >= end) revert DisputeManagerTooLate(disputeId, end);
    }

    function _requireSince(uint256 disputeId, uint256 start) internal view {
        if (block.timestamp < start) revert DisputeManagerNotDue(disputeId, start);
    }

    function _held(address node) internal view returns (uint256) {
        IStaking.Position memory position = staking.position(node, IStaking.Kind.Collateral);
        unchecked {
            return position.active + position.thawing;
        }
    }

    /// @dev Assigns the draw's beacon epoch: one that has not begun, and on which not too much draws.
    function _assign(uint256 disputeId, Dispute storage record, uint256 draw)
        internal
        returns (uint256 epoch)
    {
        DisputesStorage storage $ = _disputes();
        uint256 cap = _seatStake();
        uint256 frozen = record.frozen;
        if (frozen > cap) {
            // What one value decides never exceeds a seat's stake, which may have fallen since.
            record.frozen = uint96(cap);
            _release(record.node, frozen - cap, record.freezeGeneration);
            frozen = cap;
        }
        epoch = BeaconQueue.take($.queue, beacon.beaconEpoch() + 1, frozen, cap);
        _drawOf(disputeId, draw).epoch = uint64(epoch);
        record.draw = uint8(draw);
        record.phase = Phase.Jury;
        (uint256 claimEnds, uint256 commitEnds, uint256 revealEnds) = _deadlines(epoch);
        emit DrawAssigned(disputeId, draw, epoch, claimEnds, commitEnds, revealEnds);
    }

    function _takeBond(Bond storage bond, uint256 frozen, uint256 draw, uint256 parametersId)
        internal
        returns (uint256 amount)
    {
        DisputesStorage storage $ = _disputes();
        uint256 heldUpPart = _heldUpPart(frozen);
        amount = _seatsCost(draw, _parametersOf(parametersId).jurorFee) + heldUpPart;
        bond.left = uint96(amount);
        bond.heldUpPart = uint96(heldUpPart);
        $.totals.bonds += uint96(amount);
        // OpenZeppelin's ERC-20 reverts where others return false.
        token.transferFrom(msg.sender, address(this), amount);
    }

    /// @dev The draw's winning tickets on average.
    function _meanSeats(uint256 draw) internal pure returns (uint256) {
        return draw < FIRST_APPEAL_DRAW ? 30 : 90;
    }

    /// @dev The draw's seats that the bond pays for.
    function _seatLimit(uint256 draw) internal pure returns (uint256) {
        return draw < FIRST_APPEAL_DRAW ? 42 : 126;
    }

    /// @dev Reveals without which there is no verdict.
    function _quorum(uint256 draw) internal pure returns (uint256) {
        return draw < FIRST_APPEAL_DRAW ? 14 : 42;
    }

    function _seatsCost(uint256 draw, uint256 jurorFee) internal pure returns (uint256) {
        return _seatLimit(draw) * jurorFee;
    }

    /// @dev One per cent of what is held up, rounded up.
    function _heldUpPart(uint256 frozen) internal pure returns (uint256) {
        return (frozen + 99) / 100;
    }

    /// @dev All deadlines of a draw, counted from the end of its beacon epoch.
    function _deadlines(uint256 epoch)
        internal
        view
        returns (uint256 claimEnds, uint256 commitEnds, uint256 revealEnds)
    {
        unchecked {
            claimEnds = _epochEnd(epoch) + CLAIM_UNITS * timeUnit;
            commitEnds = claimEnds + COMMIT_UNITS * timeUnit;
            revealEnds = commitEnds + REVEAL_UNITS * timeUnit;
        }
    }

    function _epochEnd(uint256 epoch) internal view returns (uint256) {
        unchecked {
            return (epoch + 1) * beacon.beaconEpochLength();
        }
    }

    function _lapsesAt(Dispute storage record) internal view returns (uint256) {
        unchecked {
            return record.openedAt + MAX_UNITS * timeUnit;
        }
    }
}
