// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DisputeManager} from "../../src/DisputeManager.sol";
import {Proxy} from "../../src/Proxy.sol";
import {SlashGuardian} from "../../src/SlashGuardian.sol";
import {DisputesBase} from "../../src/disputes/DisputesBase.sol";
import {IDisputeRecords} from "../../src/interfaces/IDisputeRecords.sol";
import {AttestationHash} from "../../src/libraries/AttestationHash.sol";
import {JuryLottery} from "../../src/libraries/JuryLottery.sol";
import {Attestation} from "../../src/types/Attestation.sol";
import {COMPUTE} from "../../src/types/WorkClass.sol";
import {ControllableBeacon} from "./ControllableBeacon.sol";
import {ProtocolTest} from "./ProtocolTest.sol";
import {vm} from "./Vm.sol";

/// @dev The protocol with disputes as a registered verifier, a beacon whose values tests choose, one
/// payer, one node and eight jurors with thirty tickets each.
abstract contract DisputeTest is ProtocolTest {
    uint256 internal constant BEACON_EPOCH = 12 hours;
    uint256 internal constant SEAT_STAKE = 50_000e18;
    uint256 internal constant MAX_SLASH = 20_000e18;
    uint256 internal constant FEE = 5e18;
    uint256 internal constant PENALTY = 50e18;
    uint256 internal constant TICKET = 10_000e18;
    uint256 internal constant JURORS = 8;
    uint256 internal constant NODE_KEY = 0x51;
    uint256 internal constant NODE_STAKE = 100_000e18;
    /// @dev A fifth of the stake.
    uint256 internal constant FROZEN = 20_000e18;
    bytes32 internal constant CLAIMED = keccak256("what the node answered");
    bytes32 internal constant TRUTH = keccak256("what is right");
    bytes32 internal constant UNAVAILABLE = 0;
    bytes32 internal constant SALT = keccak256("salt");

    DisputeManager internal disputes;
    SlashGuardian internal slashGuardian;
    ControllableBeacon internal beacon;
    address internal sparing = address(0x59a2e);
    address internal payer = address(0xa11ce);
    address internal node = address(0xb0b);
    address[] internal jurors;

    function setUp() public virtual override {
        super.setUp();
        deployDisputes();
        verifier = address(disputes);
        registerVerifier(uint128(MAX_SLASH), true);
        stakeFor(node, NODE_STAKE);
        registerNode(node, NODE_KEY, 2);
        for (uint160 i = 0; i < JURORS; ++i) {
            jurors.push(address(0x10_000 + i));
            stakeFor(jurors[i], 30 * TICKET);
        }
        depositFor(payer, 1_000_000e18);
        authorize(payer, gateway);
        purse(payer);
        purse(node);
        vm.warp(block.timestamp + 1 hours);
    }

    function deployDisputes() internal {
        beacon = new ControllableBeacon(BEACON_EPOCH, SEAT_STAKE);
        disputes = DisputeManager(factory.addressOf(address(this), "disputes"));
        slashGuardian = SlashGuardian(factory.addressOf(address(this), "slashGuardian"));
        address implementation = address(new DisputeManager(neighbours()));
        proxied("disputes", implementation, abi.encodeCall(DisputeManager.initialize, (defaults())));
        implementation = address(new SlashGuardian(disputes, address(timelock), UNIT));
        proxied(
            "slashGuardian", implementation, abi.encodeCall(SlashGuardian.initialize, (sparing))
        );
    }

    function neighbours() internal view returns (DisputesBase.Immutables memory) {
        return DisputesBase.Immutables({
            token: token,
            staking: staking,
            nodeRegistry: nodeRegistry,
            escrow: escrow,
            beacon: beacon,
            slashGuardian: address(slashGuardian),
            timelock: address(timelock),
            timeUnit: UNIT
        });
    }

    function defaults() internal pure returns (IDisputeRecords.Parameters memory) {
        return IDisputeRecords.Parameters({
            jurorFee: uint96(FEE),
            jurorPenalty: uint96(PENALTY),
            guardianDelay: uint48(2 * UNIT),
            ticketSize: uint96(TICKET),
            wrongAnswerCutBps: 2_000
        });
    }

    /// @dev Money for bonds.
    function purse(address account) internal {
        fund(account, 1_000_000e18);
        vm.prank(account);
        token.approve(address(disputes), type(uint256).max);
    }

    function attest(uint256 nonce, bytes32 resultHash) internal view returns (Attestation memory) {
        bytes32 requestId = keccak256(abi.encode(payer, gateway, nonce));
        return Attestation({
            requestId: requestId,
            payer: payer,
            node: node,
            workClass: COMPUTE,
            requestHash: keccak256(abi.encode(requestId, "input")),
            resultHash: resultHash,
            deterministic: true,
            expires: uint64(block.timestamp + 1 hours)
        });
    }

    function signedBy(uint256 key, Attestation memory attestation)
        internal
        view
        returns (bytes memory)
    {
        return sign(key, AttestationHash.digest(attestation, address(nodeRegistry)));
    }

    function open(uint256 nonce) internal returns (uint256 id) {
        return openWith(attest(nonce, CLAIMED));
    }

    function openWith(Attestation memory attestation) internal returns (uint256 id) {
        bytes memory signature = signedBy(NODE_KEY, attestation);
        vm.prank(attestation.payer);
        return disputes.openDispute(attestation, signature, keccak256("sealed"), "sealed");
    }

    function openWithPayer(address other, uint256 nonce) internal returns (uint256 id) {
        purse(other);
        Attestation memory attestation = attest(nonce, CLAIMED);
        attestation.payer = other;
        return openWith(attestation);
    }

    function current(uint256 id) internal view returns (IDisputeRecords.Draw memory) {
        return disputes.disputeDraw(id, disputes.dispute(id).draw);
    }

    function winning(uint256 id, address juror) internal view returns (uint256[] memory tickets) {
        IDisputeRecords.Dispute memory record = disputes.dispute(id);
        (, bytes32 value) = beacon.randomAt(current(id).epoch);
        uint256 below = JuryLottery.threshold(record.tickets, record.draw < 2 ? 30 : 90);
        uint256 held = disputes.ticketsOf(id, juror);
        uint256[] memory found = new uint256[](held);
        uint256 count = 0;
        for (uint256 i = 0; i < held; ++i) {
            if (JuryLottery.wins(value, id, record.draw, juror, i, below)) found[count++] = i;
        }
        tickets = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            tickets[i] = found[i];
        }
    }

    /// @dev Gives the draw a value and goes to the end of its epoch.
    function drawJury(uint256 id) internal {
        uint256 epoch = current(id).epoch;
        beacon.complete(epoch, keccak256(abi.encode("value", epoch)));
        vm.warp((epoch + 1) * BEACON_EPOCH);
    }

    function claim(uint256 id, address juror) internal returns (uint256 seats) {
        uint256[] memory tickets = winning(id, juror);
        if (tickets.length == 0 || current(id).seats >= limitOf(id)) return 0;
        vm.prank(juror);
        return disputes.claimSeats(id, tickets, keccak256("x25519"));
    }

    function limitOf(uint256 id) internal view returns (uint256) {
        return disputes.dispute(id).draw < 2 ? 42 : 126;
    }

    function commit(uint256 id, address juror, bytes32 result) internal {
        uint256 draw = disputes.dispute(id).draw;
        vm.prank(juror);
        disputes.commitVerdict(id, keccak256(abi.encode(id, draw, juror, result, SALT)));
    }

    function reveal(uint256 id, address juror, bytes32 result) internal {
        uint256 draw = disputes.dispute(id).draw;
        vm.prank(juror);
        disputes.revealVerdict(id, draw, result, SALT);
    }

    /// @dev A whole draw: the first `against` jurors say `TRUTH`, the rest agree with the node.
    /// Afterwards the reveals are over and nothing is counted.
    function judge(uint256 id, uint256 against) internal {
        drawJury(id);
        uint256[] memory seats = new uint256[](JURORS);
        for (uint256 i = 0; i < JURORS; ++i) {
            seats[i] = claim(id, jurors[i]);
            if (seats[i] > 0) commit(id, jurors[i], i < against ? TRUTH : CLAIMED);
        }
        vm.warp(current(id).commitEnds);
        for (uint256 i = 0; i < JURORS; ++i) {
            if (seats[i] > 0) reveal(id, jurors[i], i < against ? TRUTH : CLAIMED);
        }
        vm.warp(current(id).revealEnds);
    }

    /// @dev A draw to which nobody comes.
    function skipDraw(uint256 id) internal {
        drawJury(id);
        vm.warp(current(id).revealEnds);
    }

    function outcomeOf(uint256 id) internal view returns (uint256) {
        return uint256(disputes.dispute(id).outcome);
    }

    function phaseOf(uint256 id) internal view returns (uint256) {
        return uint256(disputes.dispute(id).phase);
    }

    function assertBooks() internal view {
        (, uint256 bonds, uint256 fees) = disputes.totals();
        assertEq(
            token.balanceOf(address(disputes)), bonds + fees, "bonds and fees are all it holds"
        );
    }

    /// @dev Pays everybody who revealed in the draw.
    function payJury(uint256 id, uint256 draw) internal {
        for (uint256 i = 0; i < JURORS; ++i) {
            (, IDisputeRecords.Duty duty,) = disputes.dutyOf(id, draw, jurors[i]);
            if (duty == IDisputeRecords.Duty.Revealed) disputes.claimJurorFee(id, draw, jurors[i]);
        }
    }

    function proxied(bytes32 salt, address implementation, bytes memory data) private {
        factory.deploy(
            salt, abi.encodePacked(type(Proxy).creationCode, abi.encode(implementation, data))
        );
    }
}
