// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {DDAIToken} from "./DDAIToken.sol";
import {Governed} from "./governance/Governed.sol";
import {IGoverned} from "./interfaces/IGoverned.sol";
import {IProtocolRegistry} from "./interfaces/IProtocolRegistry.sol";
import {TypedData} from "./libraries/TypedData.sol";

/// @title Protocol registry
/// @notice See {IProtocolRegistry}. Listing a gateway needs nobody's leave: the bond only makes a
/// long list of fake ones expensive.
contract ProtocolRegistry is IProtocolRegistry, Governed, ReentrancyGuardTransient {
    using SafeCast for uint256;

    struct GatewayRecord {
        address owner;
        uint96 bond;
        address signer;
        uint48 retiresAt;
        string url;
    }

    /// @custom:storage-location erc7201:ddai.storage.ProtocolRegistry
    struct ProtocolStorage {
        mapping(bytes32 client => uint64) minVersions;
        mapping(bytes32 name => address) addresses;
        address pauseGuardian;
        uint96 minGatewayBond;
        uint96 totalBonds;
        GatewayRecord[] gateways;
        mapping(address signer => uint256 idPlusOne) gatewayOf;
    }

    /// @dev ERC-7201 of "ddai.storage.ProtocolRegistry".
    bytes32 private constant PROTOCOL_SLOT =
        0x421e8cade4d3155a11cb32033816cedf18ff92398caf647a31c8b6b0ec248f00;
    bytes32 private constant DOMAIN_NAME_HASH = keccak256("DDAI ProtocolRegistry");
    bytes32 private constant GATEWAY_PROOF_TYPEHASH =
        keccak256("GatewayProof(address owner,address signer,string url)");
    uint256 private constant MAX_URL_BYTES = 256;
    uint256 private constant MAX_PAGE = 100;
    uint256 private constant RETIRE_UNITS = 14;
    uint256 private constant MIN_BOND = 1e18;
    uint256 private constant MAX_MIN_BOND = 1_000_000e18;

    DDAIToken public immutable token;

    constructor(DDAIToken token_, address timelock_, uint256 timeUnit_)
        Governed(timelock_, timeUnit_)
    {
        _requireAddress(address(token_));
        token = token_;
    }

    function initialize(address guardian, uint256 minBond) external initializer {
        _setPauseGuardian(guardian);
        _setMinGatewayBond(minBond);
    }

    /// @inheritdoc IProtocolRegistry
    function announceUpgrade(address target, bytes32 change, string calldata notice)
        external
        onlyTimelock
    {
        uint256 readyAt = IGoverned(target).announcedAt(change);
        if (readyAt == 0) revert ProtocolRegistryUpgradeNotAnnounced(target, change);
        emit UpgradeNoticePosted(target, change, readyAt, notice);
    }

    /// @inheritdoc IProtocolRegistry
    function cancelUpgrade(address target, bytes32 change) external onlyTimelock {
        emit UpgradeNoticeWithdrawn(target, change);
    }

    /// @inheritdoc IProtocolRegistry
    function setMinClientVersion(bytes32 client, uint64 version) external onlyTimelock {
        uint64 current = _protocol().minVersions[client];
        if (version <= current) {
            revert ProtocolRegistryVersionNotNewer(client, current, version);
        }
        _protocol().minVersions[client] = version;
        emit MinClientVersionSet(client, version);
    }

    /// @inheritdoc IProtocolRegistry
    function setAddress(bytes32 name, address location) external onlyTimelock {
        _protocol().addresses[name] = location;
        emit AddressSet(name, location);
    }

    /// @inheritdoc IProtocolRegistry
    function setPauseGuardian(address guardian) external onlyTimelock {
        _setPauseGuardian(guardian);
    }

    /// @inheritdoc IProtocolRegistry
    function setMinGatewayBond(uint256 amount) external onlyTimelock {
        _setMinGatewayBond(amount);
    }

    /// @inheritdoc IProtocolRegistry
    function registerGateway(
        string calldata url,
        address signer,
        uint256 bond,
        bytes calldata signature
    ) external nonReentrant returns (uint256 gatewayId) {
        uint256 length = bytes(url).length;
        if (length == 0 || length > MAX_URL_BYTES) {
            revert ProtocolRegistryUrlInvalid(length, MAX_URL_BYTES);
        }
        if (signer == address(0)) revert ProtocolRegistryZeroSigner();
        ProtocolStorage storage $ = _protocol();
        if (bond < $.minGatewayBond) revert ProtocolRegistryBondTooLow(bond, $.minGatewayBond);
        uint256 taken = $.gatewayOf[signer];
        if (taken != 0) revert ProtocolRegistrySignerTaken(signer, taken - 1);
        _requireProof(signer, url, signature);

        gatewayId = $.gateways.length;
        $.gateways
            .push(
                GatewayRecord({
                    owner: msg.sender, bond: bond.toUint96(), signer: signer, retiresAt: 0, url: url
                })
            );
        $.gatewayOf[signer] = gatewayId + 1;
        $.totalBonds += uint96(bond);
        emit GatewayRegistered(gatewayId, msg.sender, signer, url, bond);
        // OpenZeppelin's ERC-20 reverts where others return false.
        token.transferFrom(msg.sender, address(this), bond);
    }

    /// @inheritdoc IProtocolRegistry
    function retireGateway(uint256 gatewayId) external {
        GatewayRecord storage record = _ownGateway(gatewayId);
        if (record.retiresAt != 0) revert ProtocolRegistryAlreadyRetired(gatewayId);
        record.retiresAt = uint48(block.timestamp + RETIRE_UNITS * timeUnit);
        // The key may serve another listing; statements under it name this one by event.
        delete _protocol().gatewayOf[record.signer];
        emit GatewayRetired(gatewayId, record.retiresAt);
    }

    /// @inheritdoc IProtocolRegistry
    function withdrawGatewayBond(uint256 gatewayId) external nonReentrant returns (uint256 amount) {
        GatewayRecord storage record = _ownGateway(gatewayId);
        if (record.retiresAt == 0 || block.timestamp < record.retiresAt) {
            revert ProtocolRegistryStillRetiring(gatewayId, record.retiresAt);
        }
        amount = record.bond;
        if (amount == 0) revert ProtocolRegistryBondTooLow(0, 1);
        record.bond = 0;
        _protocol().totalBonds -= uint96(amount);
        emit GatewayBondWithdrawn(gatewayId, msg.sender, amount);
        token.transfer(msg.sender, amount);
    }

    /// @inheritdoc IProtocolRegistry
    function minClientVersion(bytes32 client) external view returns (uint64) {
        return _protocol().minVersions[client];
    }

    /// @inheritdoc IProtocolRegistry
    function addressOf(bytes32 name) external view returns (address) {
        return _protocol().addresses[name];
    }

    /// @inheritdoc IProtocolRegistry
    function pauseGuardian() external view returns (address) {
        return _protocol().pauseGuardian;
    }

    /// @inheritdoc IProtocolRegistry
    function minGatewayBond() external view returns (uint256) {
        return _protocol().minGatewayBond;
    }

    /// @inheritdoc IProtocolRegistry
    function gateway(uint256 gatewayId) external view returns (Gateway memory) {
        ProtocolStorage storage $ = _protocol();
        if (gatewayId >= $.gateways.length) revert ProtocolRegistryUnknownGateway(gatewayId);
        return _view($.gateways[gatewayId]);
    }

    /// @inheritdoc IProtocolRegistry
    function gateways(uint256 from, uint256 limit) external view returns (Gateway[] memory page) {
        if (limit > MAX_PAGE) revert ProtocolRegistryPageTooLong(limit, MAX_PAGE);
        ProtocolStorage storage $ = _protocol();
        uint256 count = Math.min(limit, Math.saturatingSub($.gateways.length, from));
        page = new Gateway[](count);
        for (uint256 i = 0; i < count; ++i) {
            page[i] = _view($.gateways[from + i]);
        }
    }

    /// @inheritdoc IProtocolRegistry
    function gatewayCount() external view returns (uint256) {
        return _protocol().gateways.length;
    }

    /// @inheritdoc IProtocolRegistry
    function totalBonds() external view returns (uint256) {
        return _protocol().totalBonds;
    }

    /// @inheritdoc IProtocolRegistry
    function gatewayProofDigest(address owner, address signer, string calldata url)
        public
        view
        returns (bytes32)
    {
        return TypedData.digest(
            DOMAIN_NAME_HASH,
            address(this),
            keccak256(abi.encode(GATEWAY_PROOF_TYPEHASH, owner, signer, keccak256(bytes(url))))
        );
    }

    /// @dev Nobody can list, and thereby block, a key that is not his.
    function _requireProof(address signer, string calldata url, bytes calldata signature)
        private
        view
    {
        (address recovered,,) =
            ECDSA.tryRecoverCalldata(gatewayProofDigest(msg.sender, signer, url), signature);
        if (recovered != signer) revert ProtocolRegistryWrongSignerProof(signer, recovered);
    }

    function _setPauseGuardian(address guardian) private {
        // Zero is allowed: then only the DAO can pause.
        _protocol().pauseGuardian = guardian;
        emit PauseGuardianSet(guardian);
    }

    function _setMinGatewayBond(uint256 amount) private {
        _requireBounds("minGatewayBond", amount, MIN_BOND, MAX_MIN_BOND);
        _protocol().minGatewayBond = uint96(amount);
        emit MinGatewayBondSet(amount);
    }

    function _ownGateway(uint256 gatewayId) private view returns (GatewayRecord storage record) {
        ProtocolStorage storage $ = _protocol();
        if (gatewayId >= $.gateways.length) revert ProtocolRegistryUnknownGateway(gatewayId);
        record = $.gateways[gatewayId];
        if (record.owner != msg.sender) {
            revert ProtocolRegistryNotGatewayOwner(gatewayId, msg.sender);
        }
    }

    function _view(GatewayRecord storage record) private view returns (Gateway memory) {
        return Gateway(record.owner, record.signer, record.bond, record.retiresAt, record.url);
    }

    function _protocol() private pure returns (ProtocolStorage storage $) {
        bytes32 slot = PROTOCOL_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
