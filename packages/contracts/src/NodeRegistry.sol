// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Governed} from "./governance/Governed.sol";
import {IEmissionsController} from "./interfaces/IEmissionsController.sol";
import {INodeRegistry} from "./interfaces/INodeRegistry.sol";
import {IPaymentsEscrow} from "./interfaces/IPaymentsEscrow.sol";
import {IStaking} from "./interfaces/IStaking.sol";
import {AttestationHash} from "./libraries/AttestationHash.sol";
import {TypedData} from "./libraries/TypedData.sol";
import {VALIDATION, WORK_CLASSES} from "./types/WorkClass.sol";

/// @title Node registry
/// @notice See {INodeRegistry}. Holds no tokens.
contract NodeRegistry is INodeRegistry, Governed {
    struct NodeRecord {
        address payout;
        uint48 registeredAt;
        uint8 classes;
        bool active;
        address signer;
        uint32 capacity;
        bytes32 consensusKey;
        string endpoint;
    }

    /// @custom:storage-location erc7201:ddai.storage.NodeRegistry
    struct RegistryStorage {
        mapping(address operator => NodeRecord) nodes;
        mapping(address signer => address) operators;
        mapping(address operator => uint256) nonces;
    }

    /// @dev ERC-7201 of "ddai.storage.NodeRegistry".
    bytes32 private constant REGISTRY_SLOT =
        0x7bda9849c9a126d52d1c8c14f07622b15e7534abc21419c926f8c82e131c7500;
    bytes32 private constant SIGNER_PROOF_TYPEHASH =
        keccak256("SignerProof(address operator,address signer,uint256 nonce)");
    uint256 private constant MAX_ENDPOINT_BYTES = 256;
    uint256 private constant ALL_CLASSES = 2 ** WORK_CLASSES - 1;

    IStaking public immutable staking;
    IPaymentsEscrow public immutable escrow;
    /// @notice Told of every change of payout address and signer, so that claiming need not ask.
    IEmissionsController public immutable emissions;

    modifier onlyRegistered() {
        if (!_registry().nodes[msg.sender].active) revert NodeRegistryNotRegistered(msg.sender);
        _;
    }

    constructor(
        IStaking staking_,
        IPaymentsEscrow escrow_,
        IEmissionsController emissions_,
        address timelock_,
        uint256 timeUnit_
    ) Governed(timelock_, timeUnit_) {
        _requireAddress(address(emissions_));
        emissions = emissions_;
        _requireAddress(address(staking_));
        _requireAddress(address(escrow_));
        staking = staking_;
        escrow = escrow_;
    }

    function initialize() external initializer {}

    /// @inheritdoc INodeRegistry
    function register(Registration calldata registration) external {
        NodeRecord storage record = _registry().nodes[msg.sender];
        if (record.active) revert NodeRegistryAlreadyRegistered(msg.sender);
        if (registration.payout == address(0)) revert NodeRegistryZeroPayout();
        _describe(
            record,
            registration.classes,
            registration.capacity,
            registration.consensusKey,
            registration.endpoint
        );
        _bindSigner(registration.signer, registration.signature);
        record.active = true;
        if (record.registeredAt == 0) record.registeredAt = uint48(block.timestamp);
        record.signer = registration.signer;
        record.payout = registration.payout;
        emit NodeRegistered(
            msg.sender,
            registration.signer,
            registration.payout,
            registration.classes,
            registration.capacity,
            registration.consensusKey,
            registration.endpoint
        );
        emissions.setRecipient(msg.sender, registration.payout, registration.signer);
    }

    /// @inheritdoc INodeRegistry
    function update(uint8 classes, uint32 capacity, bytes32 consensusKey, string calldata endpoint)
        external
        onlyRegistered
    {
        _describe(_registry().nodes[msg.sender], classes, capacity, consensusKey, endpoint);
        emit NodeUpdated(msg.sender, classes, capacity, consensusKey, endpoint);
    }

    /// @inheritdoc INodeRegistry
    function rotateSigner(address signer, bytes calldata signature) external onlyRegistered {
        NodeRecord storage record = _registry().nodes[msg.sender];
        address before = record.signer;
        _bindSigner(signer, signature);
        record.signer = signer;
        emit SignerRotated(msg.sender, before, signer);
        emissions.setRecipient(msg.sender, record.payout, signer);
    }

    /// @inheritdoc INodeRegistry
    function setPayout(address payout) external {
        if (payout == address(0)) revert NodeRegistryZeroPayout();
        NodeRecord storage record = _registry().nodes[msg.sender];
        // Also for a retired node: its last earnings still mature.
        if (record.registeredAt == 0) revert NodeRegistryNotRegistered(msg.sender);
        record.payout = payout;
        emit PayoutSet(msg.sender, payout);
        emissions.setRecipient(msg.sender, payout, record.signer);
    }

    /// @inheritdoc INodeRegistry
    function retire() external onlyRegistered {
        _registry().nodes[msg.sender].active = false;
        emit NodeRetired(msg.sender);
    }

    /// @inheritdoc INodeRegistry
    function node(address operator) external view returns (Node memory) {
        NodeRecord memory record = _registry().nodes[operator];
        return Node({
            active: record.active && !staking.isConvicted(operator),
            classes: record.classes,
            capacity: record.capacity,
            registeredAt: record.registeredAt,
            signer: record.signer,
            payout: record.payout,
            consensusKey: record.consensusKey,
            endpoint: record.endpoint
        });
    }

    /// @inheritdoc INodeRegistry
    function classesOf(address operator) external view returns (uint8) {
        return _registry().nodes[operator].classes;
    }

    /// @inheritdoc INodeRegistry
    function keysOf(address operator) external view returns (address signer, bytes32 consensusKey) {
        NodeRecord storage record = _registry().nodes[operator];
        return (record.signer, record.consensusKey);
    }

    /// @inheritdoc INodeRegistry
    function isActive(address operator, uint8 workClass) external view returns (bool) {
        NodeRecord storage record = _registry().nodes[operator];
        return record.active && workClass < WORK_CLASSES
            && record.classes & (uint256(1) << workClass) != 0 && !staking.isConvicted(operator);
    }

    /// @inheritdoc INodeRegistry
    function operatorOf(address signer) external view returns (address) {
        return _registry().operators[signer];
    }

    /// @inheritdoc INodeRegistry
    function payoutFor(address operator, address caller) external view returns (address) {
        NodeRecord storage record = _registry().nodes[operator];
        if (caller != operator && caller != record.signer) {
            revert NodeRegistryNotOperatorOrSigner(caller, operator);
        }
        address payout = record.payout;
        return payout == address(0) ? operator : payout;
    }

    /// @inheritdoc INodeRegistry
    function signerNonce(address operator) external view returns (uint256) {
        return _registry().nonces[operator];
    }

    /// @inheritdoc INodeRegistry
    function signerProofDigest(address operator, address signer, uint256 nonce)
        public
        view
        returns (bytes32)
    {
        return TypedData.digest(
            AttestationHash.DOMAIN_NAME_HASH,
            address(this),
            keccak256(abi.encode(SIGNER_PROOF_TYPEHASH, operator, signer, nonce))
        );
    }

    function _describe(
        NodeRecord storage record,
        uint8 classes,
        uint32 capacity,
        bytes32 consensusKey,
        string calldata endpoint
    ) private {
        if (classes == 0 || classes > ALL_CLASSES) {
            revert NodeRegistryUnknownClasses(classes);
        }
        if (capacity == 0) revert NodeRegistryZeroCapacity();
        if (bytes(endpoint).length > MAX_ENDPOINT_BYTES) {
            revert NodeRegistryEndpointTooLong(bytes(endpoint).length, MAX_ENDPOINT_BYTES);
        }
        if (classes & (uint256(1) << VALIDATION) != 0 && consensusKey == bytes32(0)) {
            revert NodeRegistryConsensusKeyMissing();
        }
        _requireStake(classes);
        record.classes = classes;
        record.capacity = capacity;
        record.consensusKey = consensusKey;
        record.endpoint = endpoint;
    }

    /// @dev Binds a key to the caller for ever; a key of his own may come back.
    function _bindSigner(address signer, bytes calldata signature) private {
        RegistryStorage storage $ = _registry();
        if (signer == address(0)) revert NodeRegistryZeroSigner();
        address owner = $.operators[signer];
        if (owner != address(0) && owner != msg.sender) {
            revert NodeRegistrySignerTaken(signer, owner);
        }
        bytes32 digest = signerProofDigest(msg.sender, signer, $.nonces[msg.sender]++);
        (address recovered,,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (recovered != signer) revert NodeRegistryWrongSignerProof(signer, recovered);
        $.operators[signer] = msg.sender;
    }

    /// @dev One stake stands behind every class, so it must cover them together.
    function _requireStake(uint8 classes) private view {
        if (staking.isConvicted(msg.sender)) revert NodeRegistryConvicted(msg.sender);
        uint256 minimum = 0;
        for (uint8 workClass = 0; workClass < WORK_CLASSES; ++workClass) {
            if (classes & (uint256(1) << workClass) != 0) {
                minimum += escrow.minimumStake(workClass);
            }
        }
        uint256 stake = staking.collateralOf(msg.sender);
        if (stake < minimum) revert NodeRegistryStakeBelowMinimum(msg.sender, stake, minimum);
    }

    function _registry() private pure returns (RegistryStorage storage $) {
        bytes32 slot = REGISTRY_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
