// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointFaults} from "../../src/CheckpointFaults.sol";
import {CheckpointManager} from "../../src/CheckpointManager.sol";
import {EmissionsController} from "../../src/EmissionsController.sol";
import {PaymentsEscrow} from "../../src/PaymentsEscrow.sol";
import {Staking} from "../../src/Staking.sol";
import {StorageProofs} from "../../src/StorageProofs.sol";
import {CheckpointBase} from "../../src/checkpoints/CheckpointBase.sol";
import {ICheckpointManager} from "../../src/interfaces/ICheckpointManager.sol";
import {IEmissionsController} from "../../src/interfaces/IEmissionsController.sol";
import {IRandomBeacon} from "../../src/interfaces/IRandomBeacon.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {StorageBase} from "../../src/storage/StorageBase.sol";
import {STORAGE, VALIDATION} from "../../src/types/WorkClass.sol";
import {ProtocolTest} from "./ProtocolTest.sol";
import {vm} from "./Vm.sol";

/// @dev The protocol with checkpoints, beacon and storage proofs from the start, and their moves.
abstract contract WorkTest is ProtocolTest {
    uint256 internal constant PERIOD = 6 hours;
    uint256 internal constant INTERVAL = 32;
    uint256 internal constant SEAT_STAKE = 50_000e18;
    uint256 internal constant WRONG_HASH = 20_000e18;
    uint256 internal constant EQUIVOCATION = 100_000e18;
    uint256 internal constant PENALTY = 30;
    uint256 internal constant YIELD = 300_000;
    uint8 internal constant VALIDATES = 1 << 3;
    uint8 internal constant STORES = 1 << 2;
    uint256 internal constant RESERVE = 6_000_000_000e18;

    CheckpointManager internal manager;
    CheckpointFaults internal faults;
    StorageProofs internal proofs;

    function setUp() public virtual override {
        vm.warp(START);
        vm.roll(1_000);
        deployWork();
    }

    function deployWork() internal {
        deployProtocol();
        manager = CheckpointManager(_at("checkpointManager"));
        faults = CheckpointFaults(_at("checkpointFaults"));
        proofs = StorageProofs(_at("storageProofs"));
        _proxy(
            "checkpointManager",
            address(new CheckpointManager(managerImmutables())),
            abi.encodeCall(CheckpointManager.initialize, (SEAT_STAKE))
        );
        _proxy(
            "checkpointFaults",
            address(
                new CheckpointFaults(
                    staking, nodeRegistry, address(manager), address(timelock), UNIT
                )
            ),
            abi.encodeCall(CheckpointFaults.initialize, (WRONG_HASH, EQUIVOCATION))
        );
        _proxy(
            "storageProofs",
            address(new StorageProofs(storageImmutables())),
            abi.encodeCall(StorageProofs.initialize, (PENALTY))
        );
    }

    function managerImmutables() internal view returns (CheckpointBase.Immutables memory) {
        return CheckpointBase.Immutables({
            staking: staking,
            nodeRegistry: nodeRegistry,
            escrow: escrow,
            emissions: emissions,
            timelock: address(timelock),
            timeUnit: UNIT,
            epochLength: EPOCH,
            beaconEpochLength: PERIOD,
            checkpointInterval: INTERVAL
        });
    }

    function storageImmutables() internal view returns (StorageBase.Immutables memory) {
        return StorageBase.Immutables({
            token: token,
            staking: staking,
            nodeRegistry: nodeRegistry,
            escrow: escrow,
            emissions: emissions,
            beacon: manager,
            protocolRegistry: protocolRegistry,
            timelock: address(timelock),
            timeUnit: UNIT,
            epochLength: EPOCH,
            periodLength: PERIOD
        });
    }

    function initialVerifiers()
        internal
        view
        override
        returns (Staking.InitialVerifier[] memory initial)
    {
        initial = new Staking.InitialVerifier[](3);
        initial[0] = Staking.InitialVerifier(
            _at("checkpointManager"), IStaking.VerifierTerms(1_000_000e18, false)
        );
        initial[1] = Staking.InitialVerifier(
            _at("checkpointFaults"), IStaking.VerifierTerms(1_000_000e18, true)
        );
        initial[2] = Staking.InitialVerifier(
            _at("storageProofs"), IStaking.VerifierTerms(1_000_000e18, false)
        );
    }

    function payingSources() internal view override returns (address[4] memory sources) {
        sources[STORAGE] = _at("storageProofs");
    }

    function bondedSources() internal view override returns (address[4] memory sources) {
        sources[STORAGE] = _at("storageProofs");
        sources[VALIDATION] = _at("checkpointManager");
    }

    function bondedYield() internal pure override returns (uint256) {
        return YIELD;
    }

    function validatorAt(uint256 i) internal pure returns (address) {
        return address(uint160(0x7a110000 + i));
    }

    function keyAt(uint256 i) internal pure returns (uint256) {
        return 0x51000 + i;
    }

    function addValidator(uint256 i, uint256 stake) internal {
        address operator = validatorAt(i);
        stakeFor(operator, stake);
        registerNode(operator, keyAt(i), VALIDATES);
        vm.prank(operator);
        manager.enlist(address(0));
    }

    /// @dev `count` validators of equal stake, in slots 0 to count - 1.
    function formSet(uint256 count, uint256 stake) internal {
        for (uint256 i = 0; i < count; ++i) {
            addValidator(i, stake);
        }
        manager.rollSet();
    }

    function vote(uint256 i, uint256 height, bytes32 blockHash)
        internal
        view
        returns (ICheckpointManager.Vote memory)
    {
        bytes32 execution = keccak256(abi.encode(vm.addr(keyAt(i)), height, "state changes"));
        return voteWith(keyAt(i), height, blockHash, execution);
    }

    function voteWith(uint256 key, uint256 height, bytes32 blockHash, bytes32 execution)
        internal
        view
        returns (ICheckpointManager.Vote memory)
    {
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, manager.checkpointDigest(height, blockHash, execution));
        return ICheckpointManager.Vote(execution, r, bytes32(uint256(s) | uint256(v - 27) << 255));
    }

    function votes(uint256 from, uint256 count, uint256 height, bytes32 blockHash)
        internal
        view
        returns (ICheckpointManager.Vote[] memory all)
    {
        all = new ICheckpointManager.Vote[](count);
        for (uint256 i = 0; i < count; ++i) {
            all[i] = vote(from + i, height, blockHash);
        }
    }

    /// @dev Moves to just behind the next checkpoint and returns its height and hash.
    function nextCheckpoint() internal returns (uint256 height, bytes32 blockHash) {
        height = (block.number / INTERVAL + 1) * INTERVAL;
        vm.roll(height + 2);
        blockHash = blockhash(height);
    }

    function finalise(uint256 signers) internal returns (uint256 height) {
        bytes32 blockHash;
        (height, blockHash) = nextCheckpoint();
        manager.submitCheckpoint(
            height, blockHash, (1 << signers) - 1, votes(0, signers, height, blockHash)
        );
    }

    function nextEpoch() internal {
        vm.warp((block.timestamp / EPOCH + 1) * EPOCH);
        emissions.closeEpoch();
    }

    function nextPeriod() internal {
        vm.warp((block.timestamp / PERIOD + 1) * PERIOD);
    }

    function secondHalf() internal {
        vm.warp(block.timestamp / PERIOD * PERIOD + PERIOD / 2);
    }

    function secretOf(uint256 seat) internal view returns (bytes32) {
        return keccak256(abi.encode("secret", seat, manager.beaconEpoch()));
    }

    function seatOperator(uint256 seat) internal view returns (address) {
        return manager.beaconRound(manager.beaconEpoch()).operators[seat];
    }

    function commit(uint256 seat) internal {
        address operator = seatOperator(seat);
        bytes32 commitment =
            manager.randomCommitment(secretOf(seat), operator, manager.beaconEpoch());
        vm.prank(operator);
        manager.commitRandom(seat, commitment);
    }

    function reveal(uint256 seat) internal {
        address operator = seatOperator(seat);
        bytes32 secret = secretOf(seat);
        vm.prank(operator);
        manager.revealRandom(seat, secret);
    }

    /// @dev Seats in office from the next period on.
    function formSeats(uint256 count) internal {
        formSet(count, 200_000e18);
        manager.rollSeats();
        nextPeriod();
        manager.rollSeats();
    }

    /// @dev Commits and reveals everything that the running period waits for; ends in its second half.
    function completePeriod() internal returns (bytes32 value) {
        manager.rollSeats();
        uint256 period = manager.beaconEpoch();
        uint256 required = manager.beaconRound(period).required;
        for (uint256 seat = 0; seat < 16; ++seat) {
            if (required >> seat & 1 == 1) commit(seat);
        }
        secondHalf();
        for (uint256 seat = 0; seat < 16; ++seat) {
            if (required >> seat & 1 == 1) reveal(seat);
        }
        IRandomBeacon.Outcome outcome;
        (outcome, value) = manager.randomAt(period);
        assertTrue(outcome == IRandomBeacon.Outcome.Complete, "the period has a value");
    }

    function assertConserved() internal view {
        IEmissionsController.Ledger memory ledger = emissions.ledger();
        assertEq(
            ledger.reserve + ledger.open + ledger.owed + ledger.claimed,
            RESERVE,
            "reserve + open + owed + claimed"
        );
    }
}
