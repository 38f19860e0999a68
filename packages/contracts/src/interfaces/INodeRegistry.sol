// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Who serves what, where
/// @notice One operator (the account that owns the stake), one node. A signer (the hot key) belongs
/// to one operator for ever, so that a statement signed by an old key still names its node.
interface INodeRegistry {
    /// @param active Whether it takes work; false after `retire` or a conviction.
    /// @param classes Bit `1 << workClass` for every class served.
    /// @param capacity Requests that the node works on at a time, as it says itself.
    /// @param registeredAt Unix seconds of the first registration.
    /// @param signer The current hot key.
    /// @param payout Where the node's money goes, and nowhere else.
    /// @param consensusKey Validation nodes: the block producer's address, right-aligned, or an
    /// ed25519 key; zero for other nodes.
    /// @param endpoint Where data can be fetched from the node; may be empty, nodes dial out.
    struct Node {
        bool active;
        uint8 classes;
        uint32 capacity;
        uint48 registeredAt;
        address signer;
        address payout;
        bytes32 consensusKey;
        string endpoint;
    }

    /// @param signature EIP-712 `SignerProof(address operator,address signer,uint256 nonce)` by the
    /// signer under the domain of this registry, `nonce` = `signerNonce(operator)`: the signer agrees
    /// to speak for this operator, and nobody can claim a key that is not his.
    struct Registration {
        uint8 classes;
        uint32 capacity;
        address signer;
        address payout;
        bytes32 consensusKey;
        string endpoint;
        bytes signature;
    }

    error NodeRegistryUnknownClasses(uint8 classes);
    error NodeRegistryZeroCapacity();
    error NodeRegistryZeroSigner();
    error NodeRegistryZeroPayout();
    error NodeRegistryConsensusKeyMissing();
    error NodeRegistryEndpointTooLong(uint256 length, uint256 max);
    error NodeRegistryWrongSignerProof(address signer, address recovered);
    error NodeRegistrySignerTaken(address signer, address operator);
    error NodeRegistryAlreadyRegistered(address operator);
    error NodeRegistryNotRegistered(address operator);
    error NodeRegistryConvicted(address operator);
    error NodeRegistryStakeBelowMinimum(address operator, uint256 stake, uint256 minimum);
    error NodeRegistryNotOperatorOrSigner(address caller, address operator);

    event NodeRegistered(
        address indexed operator,
        address indexed signer,
        address payout,
        uint8 classes,
        uint32 capacity,
        bytes32 consensusKey,
        string endpoint
    );
    event NodeUpdated(
        address indexed operator,
        uint8 classes,
        uint32 capacity,
        bytes32 consensusKey,
        string endpoint
    );
    event SignerRotated(
        address indexed operator, address indexed oldSigner, address indexed newSigner
    );
    event PayoutSet(address indexed operator, address payout);
    event NodeRetired(address indexed operator);

    /// @notice Registers the caller's node, or brings a retired one back. The caller's active
    /// collateral must cover the minimum of every class together.
    function register(Registration calldata registration) external;

    /// @notice Changes what the node serves and where.
    function update(uint8 classes, uint32 capacity, bytes32 consensusKey, string calldata endpoint)
        external;

    /// @notice Replaces the hot key; the old one keeps naming this operator in past statements.
    function rotateSigner(address signer, bytes calldata signature) external;

    /// @notice By the operator only: a stolen hot key must not redirect money.
    function setPayout(address payout) external;

    /// @notice Takes no more work. The stake thaws separately.
    function retire() external;

    function node(address operator) external view returns (Node memory);

    /// @notice Bit `1 << workClass` for every class served, whether the node is active or not.
    function classesOf(address operator) external view returns (uint8);

    /// @notice Current hot key and consensus key, whether the node is active or not.
    function keysOf(address operator) external view returns (address signer, bytes32 consensusKey);

    /// @notice Whether the node takes work of this class: registered, not retired, not convicted.
    /// The stake is checked when work is paid.
    function isActive(address operator, uint8 workClass) external view returns (bool);

    /// @notice The operator to whom `signer` belongs or ever belonged; zero if unknown.
    function operatorOf(address signer) external view returns (address);

    /// @notice Where money of `operator` goes, if `caller` may send it there: the operator itself or
    /// its current signer. The operator's own address when it never registered.
    function payoutFor(address operator, address caller) external view returns (address);

    function signerNonce(address operator) external view returns (uint256);

    /// @notice EIP-712 digest that a signer signs to be registered.
    function signerProofDigest(address operator, address signer, uint256 nonce)
        external
        view
        returns (bytes32);
}
