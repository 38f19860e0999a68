// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IGoverned} from "../../src/interfaces/IGoverned.sol";
import {IPartnerRegistry} from "../../src/interfaces/IPartnerRegistry.sol";
import {LaunchTest} from "../base/LaunchTest.sol";
import {vm} from "../base/Vm.sol";

contract PartnerRegistryTest is LaunchTest {
    address private constant CUMULUS = address(0xc10d);
    uint256 private constant YEAR = 365 days;
    string private constant URL = "https://cumulus.example/terms";

    function test_apply_holdsTheBondAndMakesNoPartner() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        IPartnerRegistry.Partner memory partner = partners.partner(CUMULUS);
        assertEq(uint256(partner.status), uint256(IPartnerRegistry.Status.Applied), "status");
        assertEq(partner.bond, MIN_PARTNER_BOND, "bond");
        assertEq(partners.totalPartnerBonds(), MIN_PARTNER_BOND, "total");
        assertEq(token.balanceOf(address(partners)), MIN_PARTNER_BOND, "held");
        assertTrue(!partners.isPartner(CUMULUS), "not a partner");
    }

    function test_apply_againAddsToTheBond() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        applyAs(CUMULUS, 5e18);
        assertEq(partners.partner(CUMULUS).bond, MIN_PARTNER_BOND + 5e18, "bond");
        assertEq(partners.totalPartnerBonds(), MIN_PARTNER_BOND + 5e18, "total");
    }

    function test_apply_revertsIf_bondKindTermsOrTextsAreMissing() public {
        fund(CUMULUS, MIN_PARTNER_BOND);
        vm.startPrank(CUMULUS);
        token.approve(address(partners), type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPartnerRegistry.PartnerRegistryBondTooLow.selector,
                MIN_PARTNER_BOND - 1,
                MIN_PARTNER_BOND
            )
        );
        partners.applyAsPartner("cloud", TERMS, MIN_PARTNER_BOND - 1, "C", URL);
        vm.expectRevert(IPartnerRegistry.PartnerRegistryZeroKind.selector);
        partners.applyAsPartner(0, TERMS, MIN_PARTNER_BOND, "C", URL);
        vm.expectRevert(IPartnerRegistry.PartnerRegistryZeroTerms.selector);
        partners.applyAsPartner("cloud", 0, MIN_PARTNER_BOND, "C", URL);
        vm.expectRevert(textInvalid("name", 0, 64));
        partners.applyAsPartner("cloud", TERMS, MIN_PARTNER_BOND, "", URL);
        vm.expectRevert(textInvalid("name", 65, 64));
        partners.applyAsPartner("cloud", TERMS, MIN_PARTNER_BOND, string(new bytes(65)), URL);
        vm.expectRevert(textInvalid("termsUrl", 257, 256));
        partners.applyAsPartner("cloud", TERMS, MIN_PARTNER_BOND, "C", string(new bytes(257)));
        vm.stopPrank();
    }

    function test_admit_makesAPartnerUntilTheAdmissionExpires() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        admit(CUMULUS, START + YEAR);
        assertTrue(partners.isPartner(CUMULUS), "admitted");
        vm.warp(START + YEAR - 1);
        assertTrue(partners.isPartner(CUMULUS), "to the last second");
        vm.warp(START + YEAR);
        assertTrue(!partners.isPartner(CUMULUS), "expired");
    }

    function test_admit_revertsIf_notTheTimelock() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        vm.expectRevert(abi.encodeWithSelector(IGoverned.GovernedNotTimelock.selector, CUMULUS));
        vm.prank(CUMULUS);
        partners.admit(CUMULUS, TERMS, START + YEAR);
    }

    function test_admit_revertsIf_theTermsWereSwappedAfterTheVote() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        bytes32 other = keccak256("worse terms");
        vm.prank(CUMULUS);
        partners.applyAsPartner("cloud", other, 0, "Cumulus Ltd", URL);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPartnerRegistry.PartnerRegistryTermsDiffer.selector, CUMULUS, other, TERMS
            )
        );
        admit(CUMULUS, START + YEAR);
    }

    function test_admit_revertsIf_theTermIsTooShortOrTooLong() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        vm.expectRevert(termOutOfBounds(START + 30 days - 1));
        admit(CUMULUS, START + 30 days - 1);
        vm.expectRevert(termOutOfBounds(START + 730 days + 1));
        admit(CUMULUS, START + 730 days + 1);
        admit(CUMULUS, START + 730 days);
    }

    function test_admit_revertsIf_theBondAskedForRoseSince() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        vm.prank(address(timelock));
        partners.setMinPartnerBond(MIN_PARTNER_BOND + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPartnerRegistry.PartnerRegistryBondTooLow.selector,
                MIN_PARTNER_BOND,
                MIN_PARTNER_BOND + 1
            )
        );
        admit(CUMULUS, START + YEAR);
    }

    function test_admit_revertsIf_nobodyApplied() public {
        vm.expectRevert(wrongStatus(IPartnerRegistry.Status.None));
        admit(CUMULUS, START + YEAR);
    }

    function test_renew_takesTheTermsThatThePartnerProposed() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        admit(CUMULUS, START + YEAR);
        bytes32 next = keccak256("next terms");
        vm.startPrank(address(timelock));
        vm.expectRevert(
            abi.encodeWithSelector(
                IPartnerRegistry.PartnerRegistryTermsDiffer.selector, CUMULUS, TERMS, next
            )
        );
        partners.renew(CUMULUS, next, START + 2 * YEAR);
        vm.stopPrank();
        vm.prank(CUMULUS);
        partners.proposeTerms(next, "https://cumulus.example/next");
        (bytes32 proposed,) = partners.proposedTerms(CUMULUS);
        assertEq(uint256(proposed), uint256(next), "proposed");
        vm.prank(address(timelock));
        partners.renew(CUMULUS, next, START + 2 * YEAR);
        assertEq(uint256(partners.partner(CUMULUS).termsHash), uint256(next), "in force");
        assertEq(partners.partner(CUMULUS).admittedUntil, START + 2 * YEAR, "until");
        (proposed,) = partners.proposedTerms(CUMULUS);
        assertEq(uint256(proposed), 0, "used up");
    }

    function test_renew_withinTheNoticeButNeverAfter() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        admit(CUMULUS, START + YEAR);
        vm.warp(START + YEAR + 13 days);
        vm.prank(address(timelock));
        partners.renew(CUMULUS, TERMS, START + 2 * YEAR);
        assertTrue(partners.isPartner(CUMULUS), "renewed");
        vm.warp(START + 2 * YEAR + 14 days);
        vm.expectRevert(nothingAdmitted());
        vm.prank(address(timelock));
        partners.renew(CUMULUS, TERMS, START + 3 * YEAR);
    }

    function test_revoke_burnsAForfeitedBond() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        admit(CUMULUS, START + YEAR);
        uint256 supply = token.totalSupply();
        vm.prank(address(timelock));
        partners.revoke(CUMULUS, true, "sold our data");
        assertTrue(!partners.isPartner(CUMULUS), "out");
        assertEq(supply - token.totalSupply(), MIN_PARTNER_BOND, "burned");
        assertEq(partners.totalForfeited(), MIN_PARTNER_BOND, "counted");
        assertEq(partners.totalPartnerBonds(), 0, "none held");
        vm.expectRevert(
            abi.encodeWithSelector(IPartnerRegistry.PartnerRegistryNoBond.selector, CUMULUS)
        );
        vm.prank(CUMULUS);
        partners.withdrawBond();
    }

    function test_revoke_withoutFaultReturnsTheBondAtOnce() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        admit(CUMULUS, START + YEAR);
        vm.prank(address(timelock));
        partners.revoke(CUMULUS, false, "programme ended");
        vm.prank(CUMULUS);
        partners.withdrawBond();
        assertEq(token.balanceOf(CUMULUS), MIN_PARTNER_BOND, "returned");
    }

    function test_revoke_reachesAPartnerThatResignedToEscape() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        admit(CUMULUS, START + YEAR);
        vm.prank(CUMULUS);
        partners.resign();
        assertTrue(!partners.isPartner(CUMULUS), "out at once");
        vm.expectRevert(bondHeld(START + 14 days));
        vm.prank(CUMULUS);
        partners.withdrawBond();
        vm.warp(START + 13 days);
        vm.prank(address(timelock));
        partners.revoke(CUMULUS, true, "what it did before it left");
        assertEq(partners.totalForfeited(), MIN_PARTNER_BOND, "forfeited");
    }

    function test_revoke_revertsIf_theBondIsFreeAlready() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        admit(CUMULUS, START + YEAR);
        vm.warp(START + YEAR + 14 days);
        vm.expectRevert(nothingAdmitted());
        vm.prank(address(timelock));
        partners.revoke(CUMULUS, true, "too late");
        vm.prank(CUMULUS);
        partners.withdrawBond();
        assertEq(token.balanceOf(CUMULUS), MIN_PARTNER_BOND, "returned");
    }

    function test_revoke_revertsIf_withoutAReasonOrForAnApplicant() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        vm.startPrank(address(timelock));
        vm.expectRevert(nothingAdmitted());
        partners.revoke(CUMULUS, true, "never admitted");
        partners.admit(CUMULUS, TERMS, START + YEAR);
        vm.expectRevert(textInvalid("reason", 0, 1024));
        partners.revoke(CUMULUS, true, "");
        vm.expectRevert(textInvalid("reason", 1025, 1024));
        partners.revoke(CUMULUS, true, string(new bytes(1025)));
        vm.stopPrank();
    }

    function test_reject_freesTheBondAndAllowsANewApplication() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        vm.prank(address(timelock));
        partners.reject(CUMULUS, "no capacity in the region");
        vm.prank(CUMULUS);
        vm.expectRevert(wrongStatus(IPartnerRegistry.Status.Ended));
        partners.applyAsPartner("cloud", TERMS, 0, "Cumulus Ltd", URL);
        vm.prank(CUMULUS);
        partners.withdrawBond();
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        assertEq(
            uint256(partners.partner(CUMULUS).status),
            uint256(IPartnerRegistry.Status.Applied),
            "again"
        );
    }

    function test_resign_ofAnApplicantFreesTheBondAtOnce() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        vm.startPrank(CUMULUS);
        vm.expectRevert(wrongStatus(IPartnerRegistry.Status.Applied));
        partners.withdrawBond();
        partners.resign();
        partners.withdrawBond();
        vm.expectRevert(wrongStatus(IPartnerRegistry.Status.Ended));
        partners.resign();
        vm.stopPrank();
        assertEq(token.balanceOf(CUMULUS), MIN_PARTNER_BOND, "returned");
    }

    function test_resign_afterTheExpiryStartsNoNewNotice() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        admit(CUMULUS, START + YEAR);
        vm.warp(START + YEAR + 10 days);
        vm.prank(CUMULUS);
        partners.resign();
        assertEq(partners.partner(CUMULUS).bondFreeAt, START + YEAR + 14 days, "free at");
    }

    function test_apply_revertsIf_admitted() public {
        applyAs(CUMULUS, MIN_PARTNER_BOND);
        admit(CUMULUS, START + YEAR);
        vm.prank(CUMULUS);
        vm.expectRevert(wrongStatus(IPartnerRegistry.Status.Admitted));
        partners.applyAsPartner("cloud", TERMS, 0, "Cumulus Ltd", URL);
    }

    function test_setMinPartnerBond_withinBoundsInCode() public {
        vm.startPrank(address(timelock));
        vm.expectRevert(bondOutOfBounds(1e18 - 1));
        partners.setMinPartnerBond(1e18 - 1);
        vm.expectRevert(bondOutOfBounds(10_000_000e18 + 1));
        partners.setMinPartnerBond(10_000_000e18 + 1);
        partners.setMinPartnerBond(1e18);
        vm.stopPrank();
        assertEq(partners.minPartnerBond(), 1e18, "set");
    }

    function test_initialize_revertsIf_repeated() public {
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        partners.initialize(MIN_PARTNER_BOND);
    }

    function textInvalid(bytes32 field, uint256 length, uint256 max)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            IPartnerRegistry.PartnerRegistryTextInvalid.selector, field, length, max
        );
    }

    function wrongStatus(IPartnerRegistry.Status status) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IPartnerRegistry.PartnerRegistryWrongStatus.selector, CUMULUS, status
        );
    }

    function termOutOfBounds(uint256 until) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IPartnerRegistry.PartnerRegistryTermOutOfBounds.selector,
            until,
            START + 30 days,
            START + 730 days
        );
    }

    function nothingAdmitted() private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IPartnerRegistry.PartnerRegistryNothingAdmitted.selector, CUMULUS
            );
    }

    function bondHeld(uint256 freeAt) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IPartnerRegistry.PartnerRegistryBondHeld.selector, CUMULUS, freeAt
            );
    }

    function bondOutOfBounds(uint256 amount) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IGoverned.GovernedOutOfBounds.selector,
            bytes32("minPartnerBond"),
            amount,
            1e18,
            10_000_000e18
        );
    }
}
