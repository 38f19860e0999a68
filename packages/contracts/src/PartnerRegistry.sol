// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {DDAIToken} from "./DDAIToken.sol";
import {Governed} from "./governance/Governed.sol";
import {IPartnerRegistry} from "./interfaces/IPartnerRegistry.sol";

/// @title Partner registry
/// @notice See {IPartnerRegistry}.
contract PartnerRegistry is IPartnerRegistry, Governed, ReentrancyGuardTransient {
    using SafeCast for uint256;

    struct PartnerRecord {
        Status status;
        uint96 bond;
        uint48 admittedUntil;
        uint48 bondFreeAt;
        bytes32 kind;
        bytes32 termsHash;
        bytes32 proposedTermsHash;
        string name;
        string termsUrl;
        string proposedTermsUrl;
    }

    /// @custom:storage-location erc7201:ddai.storage.PartnerRegistry
    struct PartnersStorage {
        mapping(address account => PartnerRecord) partners;
        uint96 minBond;
        uint96 totalBonds;
        uint256 forfeited;
    }

    /// @dev ERC-7201 of "ddai.storage.PartnerRegistry".
    bytes32 private constant PARTNERS_SLOT =
        0x008331f67ca5b86d4955cd49f7ad709ffcb40dab3ca16ff1623a0a1db3c90c00;
    uint256 private constant MAX_NAME_BYTES = 64;
    uint256 private constant MAX_URL_BYTES = 256;
    uint256 private constant MAX_REASON_BYTES = 1_024;
    uint256 private constant MIN_BOND = 1e18;
    uint256 private constant MAX_MIN_BOND = 10_000_000e18;
    /// @dev Long enough for a vote to revoke a partner that runs away from what it did.
    uint256 private constant NOTICE_UNITS = 14;
    uint256 private constant MIN_TERM_UNITS = 30;
    uint256 private constant MAX_TERM_UNITS = 730;

    DDAIToken public immutable token;

    constructor(DDAIToken token_, address timelock_, uint256 timeUnit_)
        Governed(timelock_, timeUnit_)
    {
        _requireAddress(address(token_));
        token = token_;
    }

    function initialize(uint256 minBond) external initializer {
        _setMinPartnerBond(minBond);
    }

    /// @inheritdoc IPartnerRegistry
    function applyAsPartner(
        bytes32 kind,
        bytes32 termsHash,
        uint256 bond,
        string calldata name,
        string calldata termsUrl
    ) external nonReentrant {
        PartnersStorage storage $ = _partners();
        PartnerRecord storage record = $.partners[msg.sender];
        if (record.status == Status.Admitted || (record.status == Status.Ended && record.bond > 0))
        {
            revert PartnerRegistryWrongStatus(msg.sender, record.status);
        }
        if (kind == 0) revert PartnerRegistryZeroKind();
        _requireTerms(termsHash, termsUrl);
        _requireText("name", name, MAX_NAME_BYTES);
        uint256 total = record.bond + bond;
        if (total < $.minBond) revert PartnerRegistryBondTooLow(total, $.minBond);

        delete $.partners[msg.sender];
        record.status = Status.Applied;
        record.bond = total.toUint96();
        record.kind = kind;
        record.termsHash = termsHash;
        record.name = name;
        record.termsUrl = termsUrl;
        $.totalBonds += bond.toUint96();
        emit Applied(msg.sender, kind, termsHash, total, name, termsUrl);
        // OpenZeppelin's ERC-20 reverts where others return false.
        if (bond > 0) token.transferFrom(msg.sender, address(this), bond);
    }

    /// @inheritdoc IPartnerRegistry
    function resign() external {
        PartnerRecord storage record = _partners().partners[msg.sender];
        Status status = record.status;
        if (status != Status.Applied && status != Status.Admitted) {
            revert PartnerRegistryWrongStatus(msg.sender, status);
        }
        uint256 freeAt = block.timestamp;
        if (status == Status.Admitted) {
            // An admission that expired has been on its way out since then.
            uint256 end = record.admittedUntil < freeAt ? record.admittedUntil : freeAt;
            record.admittedUntil = uint48(end);
            freeAt = end + NOTICE_UNITS * timeUnit;
        }
        record.status = Status.Ended;
        record.bondFreeAt = uint48(freeAt);
        emit Resigned(msg.sender, freeAt);
    }

    /// @inheritdoc IPartnerRegistry
    function proposeTerms(bytes32 termsHash, string calldata termsUrl) external {
        PartnerRecord storage record = _partners().partners[msg.sender];
        if (record.status != Status.Admitted) {
            revert PartnerRegistryWrongStatus(msg.sender, record.status);
        }
        _requireTerms(termsHash, termsUrl);
        record.proposedTermsHash = termsHash;
        record.proposedTermsUrl = termsUrl;
        emit TermsProposed(msg.sender, termsHash, termsUrl);
    }

    /// @inheritdoc IPartnerRegistry
    function admit(address account, bytes32 termsHash, uint256 until) external onlyTimelock {
        PartnerRecord storage record = _inStatus(account, Status.Applied);
        if (termsHash != record.termsHash) {
            revert PartnerRegistryTermsDiffer(account, record.termsHash, termsHash);
        }
        // The bond asked for may have risen since the application.
        uint256 minBond = _partners().minBond;
        if (record.bond < minBond) revert PartnerRegistryBondTooLow(record.bond, minBond);
        _requireTerm(until);
        record.status = Status.Admitted;
        record.admittedUntil = uint48(until);
        emit Admitted(account, termsHash, until);
    }

    /// @inheritdoc IPartnerRegistry
    function renew(address account, bytes32 termsHash, uint256 until) external onlyTimelock {
        PartnerRecord storage record = _inStatus(account, Status.Admitted);
        if (block.timestamp >= _bondFreeAt(record)) revert PartnerRegistryNothingAdmitted(account);
        if (termsHash == record.proposedTermsHash) {
            record.termsHash = termsHash;
            record.termsUrl = record.proposedTermsUrl;
            record.proposedTermsHash = 0;
            record.proposedTermsUrl = "";
        } else if (termsHash != record.termsHash) {
            revert PartnerRegistryTermsDiffer(account, record.termsHash, termsHash);
        }
        _requireTerm(until);
        record.admittedUntil = uint48(until);
        emit Renewed(account, termsHash, until);
    }

    /// @inheritdoc IPartnerRegistry
    function reject(address account, string calldata reason) external onlyTimelock {
        PartnerRecord storage record = _inStatus(account, Status.Applied);
        _requireReason(reason);
        record.status = Status.Ended;
        record.bondFreeAt = uint48(block.timestamp);
        emit Rejected(account, reason);
    }

    /// @inheritdoc IPartnerRegistry
    function revoke(address account, bool forfeit, string calldata reason)
        external
        onlyTimelock
        nonReentrant
    {
        PartnersStorage storage $ = _partners();
        PartnerRecord storage record = $.partners[account];
        // Whoever was never admitted, or whose bond is free already, owes nothing.
        if (record.admittedUntil == 0 || block.timestamp >= _bondFreeAt(record)) {
            revert PartnerRegistryNothingAdmitted(account);
        }
        _requireReason(reason);
        uint256 bond = record.bond;
        record.status = Status.Ended;
        if (block.timestamp < record.admittedUntil) record.admittedUntil = uint48(block.timestamp);
        record.bondFreeAt = uint48(block.timestamp);
        if (forfeit) {
            record.bond = 0;
            $.totalBonds -= uint96(bond);
            $.forfeited += bond;
        }
        emit Revoked(account, forfeit, bond, reason);
        if (forfeit) token.burn(bond);
    }

    /// @inheritdoc IPartnerRegistry
    function withdrawBond() external nonReentrant returns (uint256 amount) {
        PartnersStorage storage $ = _partners();
        PartnerRecord storage record = $.partners[msg.sender];
        amount = record.bond;
        if (amount == 0) revert PartnerRegistryNoBond(msg.sender);
        if (record.status == Status.Applied) {
            revert PartnerRegistryWrongStatus(msg.sender, Status.Applied);
        }
        uint256 freeAt = _bondFreeAt(record);
        if (block.timestamp < freeAt) revert PartnerRegistryBondHeld(msg.sender, freeAt);
        record.status = Status.Ended;
        record.bondFreeAt = uint48(freeAt);
        record.bond = 0;
        $.totalBonds -= uint96(amount);
        emit BondWithdrawn(msg.sender, amount);
        token.transfer(msg.sender, amount);
    }

    /// @inheritdoc IPartnerRegistry
    function setMinPartnerBond(uint256 amount) external onlyTimelock {
        _setMinPartnerBond(amount);
    }

    /// @inheritdoc IPartnerRegistry
    function partner(address account) external view returns (Partner memory) {
        PartnerRecord storage record = _partners().partners[account];
        return Partner({
            status: record.status,
            bond: record.bond,
            admittedUntil: record.admittedUntil,
            bondFreeAt: _bondFreeAt(record),
            kind: record.kind,
            termsHash: record.termsHash,
            name: record.name,
            termsUrl: record.termsUrl
        });
    }

    /// @inheritdoc IPartnerRegistry
    function proposedTerms(address account)
        external
        view
        returns (bytes32 termsHash, string memory termsUrl)
    {
        PartnerRecord storage record = _partners().partners[account];
        return (record.proposedTermsHash, record.proposedTermsUrl);
    }

    /// @inheritdoc IPartnerRegistry
    function isPartner(address account) external view returns (bool) {
        PartnerRecord storage record = _partners().partners[account];
        return record.status == Status.Admitted && block.timestamp < record.admittedUntil;
    }

    /// @inheritdoc IPartnerRegistry
    function minPartnerBond() external view returns (uint256) {
        return _partners().minBond;
    }

    /// @inheritdoc IPartnerRegistry
    function totalPartnerBonds() external view returns (uint256) {
        return _partners().totalBonds;
    }

    /// @inheritdoc IPartnerRegistry
    function totalForfeited() external view returns (uint256) {
        return _partners().forfeited;
    }

    function _setMinPartnerBond(uint256 amount) private {
        _requireBounds("minPartnerBond", amount, MIN_BOND, MAX_MIN_BOND);
        _partners().minBond = uint96(amount);
        emit MinPartnerBondSet(amount);
    }

    function _inStatus(address account, Status status)
        private
        view
        returns (PartnerRecord storage record)
    {
        record = _partners().partners[account];
        if (record.status != status) revert PartnerRegistryWrongStatus(account, record.status);
    }

    /// @dev Zero while nothing is decided. An admission that runs out frees the bond by itself.
    function _bondFreeAt(PartnerRecord storage record) private view returns (uint256) {
        if (record.status == Status.Ended) return record.bondFreeAt;
        if (record.status != Status.Admitted) return 0;
        return record.admittedUntil + NOTICE_UNITS * timeUnit;
    }

    function _requireTerm(uint256 until) private view {
        uint256 min = block.timestamp + MIN_TERM_UNITS * timeUnit;
        uint256 max = block.timestamp + MAX_TERM_UNITS * timeUnit;
        if (until < min || until > max) revert PartnerRegistryTermOutOfBounds(until, min, max);
    }

    function _requireTerms(bytes32 termsHash, string calldata termsUrl) private pure {
        if (termsHash == 0) revert PartnerRegistryZeroTerms();
        _requireText("termsUrl", termsUrl, MAX_URL_BYTES);
    }

    function _requireReason(string calldata reason) private pure {
        _requireText("reason", reason, MAX_REASON_BYTES);
    }

    function _requireText(bytes32 field, string calldata text, uint256 max) private pure {
        uint256 length = bytes(text).length;
        if (length == 0 || length > max) {
            revert PartnerRegistryTextInvalid(field, length, max);
        }
    }

    function _partners() private pure returns (PartnersStorage storage $) {
        bytes32 slot = PARTNERS_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
