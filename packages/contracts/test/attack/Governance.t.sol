// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {ERC1967Utils} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";
import {IGoverned} from "../../src/interfaces/IGoverned.sol";
import {IPausable} from "../../src/interfaces/IPausable.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {QUERY} from "../../src/types/WorkClass.sol";
import {ProtocolTest} from "../base/ProtocolTest.sol";
import {UpgradedStaking} from "../base/UpgradedStaking.sol";
import {vm} from "../base/Vm.sol";

contract GovernanceAttacks is ProtocolTest {
    address private attacker = address(0xbad);
    address private node = address(0xb0b);
    address private payer = address(0xa11ce);

    function setUp() public override {
        super.setUp();
        openAccount(payer, node);
        stakeFor(attacker, 90_000_000e18);
        vm.warp(block.timestamp + 1);
    }

    function test_capturedVote_cannotTakeMoneyBeforeEverybodyCanLeave() public {
        UpgradedStaking hostile = new UpgradedStaking(
            token, escrow, protocolRegistry, address(timelock), UNIT, STAKE_THAW
        );
        vm.prank(address(timelock));
        staking.announceUpgrade(address(hostile), "");
        uint256 readyAt = staking.announcedAt(staking.upgradeId(address(hostile), ""));
        vm.prank(node);
        uint256 thawEnds = staking.thaw(IStaking.Kind.Collateral, MIN_COMPUTE);
        vm.prank(payer);
        uint256 payerEnds = escrow.thaw(1_000_000e18);
        assertTrue(thawEnds < readyAt && payerEnds < readyAt, "all can leave first");
        vm.warp(thawEnds);
        vm.prank(node);
        staking.withdraw(IStaking.Kind.Collateral);
        vm.prank(payer);
        escrow.withdraw();
    }

    function test_capturedVote_cannotGrantRolesWithinTheOrdinaryDelay() public {
        bytes memory call = abi.encodeCall(timelock.grantRole, (timelock.PROPOSER_ROLE(), attacker));
        (address[] memory targets, bytes[] memory calls) = lists(address(timelock), call);
        vm.prank(attacker);
        uint256 id = governor.propose(targets, new uint256[](1), calls, "coup");
        vm.warp(block.timestamp + UNIT + 1);
        vm.prank(attacker);
        governor.castVote(id, 1);
        vm.warp(block.timestamp + 7 * UNIT + 1);
        governor.queue(targets, new uint256[](1), calls, keccak256("coup"));
        vm.warp(block.timestamp + 2 * UNIT);
        vm.expectRevert(
            abi.encodeWithSelector(IGoverned.GovernedNotAnnounced.selector, keccak256(call))
        );
        governor.execute(targets, new uint256[](1), calls, keccak256("coup"));
    }

    function test_codeSwappedBehindAnAnnouncedAddress_isRefused() public {
        UpgradedStaking announced = new UpgradedStaking(
            token, escrow, protocolRegistry, address(timelock), UNIT, STAKE_THAW
        );
        vm.startPrank(address(timelock));
        staking.announceUpgrade(address(announced), "");
        vm.warp(block.timestamp + 21 * UNIT);
        vm.etch(address(announced), address(token).code);
        bytes32 change = staking.upgradeId(address(announced), "");
        vm.expectRevert(abi.encodeWithSelector(IGoverned.GovernedNotAnnounced.selector, change));
        staking.upgradeToAndCall(address(announced), "");
        vm.stopPrank();
    }

    function test_upgradeToSomethingThatIsNoImplementation_isRefused() public {
        vm.startPrank(address(timelock));
        staking.announceUpgrade(address(token), "");
        vm.warp(block.timestamp + 21 * UNIT);
        vm.expectRevert(
            abi.encodeWithSelector(
                ERC1967Utils.ERC1967InvalidImplementation.selector, address(token)
            )
        );
        staking.upgradeToAndCall(address(token), "");
        vm.stopPrank();
    }

    function test_lateQuorum_leavesTimeToAnswer() public {
        (address[] memory targets, bytes[] memory calls) =
            lists(address(escrow), abi.encodeCall(escrow.setFee, (0, 5_000)));
        vm.prank(attacker);
        uint256 id = governor.propose(targets, new uint256[](1), calls, "late");
        uint256 deadline = governor.proposalDeadline(id);
        vm.warp(deadline);
        vm.prank(attacker);
        governor.castVote(id, 1);
        vm.warp(deadline + 1);
        assertEq(uint256(governor.state(id)), uint256(IGovernor.ProposalState.Active), "still open");
    }

    function test_guardianOverreach_isNothingButAShortPause() public {
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 10e18));
        vm.startPrank(guardian);
        escrow.pause(7 days);
        staking.pause(7 days);
        bytes memory denied =
            abi.encodeWithSelector(IGoverned.GovernedNotTimelock.selector, guardian);
        vm.expectRevert(denied);
        escrow.setTreasury(guardian);
        vm.expectRevert(denied);
        staking.setReporterShare(0);
        vm.stopPrank();
        // Everything that takes money out, or pays for work done, goes on.
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, 20e18));
        vm.prank(payer);
        escrow.thaw(1e18);
        vm.prank(node);
        staking.thaw(IStaking.Kind.Collateral, 1e18);
        vm.warp(block.timestamp + 8 days);
        vm.prank(node);
        escrow.withdrawEarnings(node);
        uint256 coolUntil = escrow.pausedUntil() + 7 days;
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(IPausable.PausableCoolingDown.selector, coolUntil));
        escrow.pause(1);
    }

    function test_timelockRoles_cannotBeTakenByAnybodyDirectly() public {
        bytes32 proposer = timelock.PROPOSER_ROLE();
        vm.prank(attacker);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessControl.AccessControlUnauthorizedAccount.selector, attacker, bytes32(0)
            )
        );
        timelock.grantRole(proposer, attacker);
    }

    function test_longBatches_areBoundedByTheCallerNotTheProtocol() public {
        // Claims are capped, pages are capped, batches pay their own gas; nothing iterates over
        // accounts, so a crowd of strangers makes nobody's call dearer.
        SelfCount memory before = measure();
        for (uint160 i = 1; i <= 60; ++i) {
            stakeFor(address(0xc000 + i), 1e18);
            depositFor(address(0xc000 + i), 1e18);
        }
        SelfCount memory afterwards = measure();
        assertLe(afterwards.collectGas, before.collectGas, "collect");
        assertLe(afterwards.closeGas, before.closeGas + 30_000, "close");
    }

    struct SelfCount {
        uint256 collectGas;
        uint256 closeGas;
    }

    uint256 private promised = 100e18;

    function measure() private returns (SelfCount memory count) {
        promised += 10e18;
        uint256 left = gasleft();
        collect(voucher(payer, GATEWAY_KEY, node, QUERY, promised));
        count.collectGas = left - gasleft();
        vm.warp((block.timestamp / EPOCH + 1) * EPOCH);
        left = gasleft();
        emissions.closeEpoch();
        count.closeGas = left - gasleft();
    }

    function lists(address target, bytes memory call)
        private
        pure
        returns (address[] memory targets, bytes[] memory calls)
    {
        targets = new address[](1);
        calls = new bytes[](1);
        (targets[0], calls[0]) = (target, call);
    }
}
