// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Where the network's parts are: contracts, gateways, client versions, coming upgrades
interface IProtocolRegistry {
    /// @param owner Who posted the bond and may retire the gateway.
    /// @param signer The key with which the gateway proves itself to nodes.
    /// @param bond Wei held.
    /// @param retiresAt Zero while active, else when the bond can be taken back.
    /// @param url `https://` or `wss://` address, at most 256 bytes.
    struct Gateway {
        address owner;
        address signer;
        uint256 bond;
        uint256 retiresAt;
        string url;
    }

    error ProtocolRegistryUrlInvalid(uint256 length, uint256 max);
    error ProtocolRegistryZeroSigner();
    error ProtocolRegistrySignerTaken(address signer, uint256 gatewayId);
    error ProtocolRegistryWrongSignerProof(address signer, address recovered);
    error ProtocolRegistryBondTooLow(uint256 bond, uint256 min);
    error ProtocolRegistryUnknownGateway(uint256 gatewayId);
    error ProtocolRegistryNotGatewayOwner(uint256 gatewayId, address caller);
    error ProtocolRegistryAlreadyRetired(uint256 gatewayId);
    error ProtocolRegistryStillRetiring(uint256 gatewayId, uint256 retiresAt);
    error ProtocolRegistryVersionNotNewer(bytes32 client, uint64 current, uint64 wanted);
    error ProtocolRegistryUpgradeNotAnnounced(address target, bytes32 change);
    error ProtocolRegistryPageTooLong(uint256 limit, uint256 max);

    event UpgradeNoticePosted(
        address indexed target, bytes32 indexed change, uint256 readyAt, string notice
    );
    event UpgradeNoticeWithdrawn(address indexed target, bytes32 indexed change);
    event MinClientVersionSet(bytes32 indexed client, uint64 version);
    event AddressSet(bytes32 indexed name, address location);
    event PauseGuardianSet(address indexed guardian);
    event MinGatewayBondSet(uint256 amount);
    event GatewayRegistered(
        uint256 indexed gatewayId,
        address indexed owner,
        address indexed signer,
        string url,
        uint256 bond
    );
    event GatewayRetired(uint256 indexed gatewayId, uint256 retiresAt);
    event GatewayBondWithdrawn(uint256 indexed gatewayId, address indexed owner, uint256 amount);

    /// @notice Tells operators in words about an upgrade that `target` itself has announced.
    function announceUpgrade(address target, bytes32 change, string calldata notice) external;

    function cancelUpgrade(address target, bytes32 change) external;

    /// @notice Clients older than this stop working with newer peers. Version is major * 10^12 +
    /// minor * 10^6 + patch, and never falls.
    function setMinClientVersion(bytes32 client, uint64 version) external;

    function setAddress(bytes32 name, address location) external;

    function setPauseGuardian(address guardian) external;

    function setMinGatewayBond(uint256 amount) external;

    /// @notice Lists a gateway against a bond; by anybody. `signature` is EIP-712
    /// `GatewayProof(address owner,address signer,string url)` by the signer.
    function registerGateway(
        string calldata url,
        address signer,
        uint256 bond,
        bytes calldata signature
    ) external returns (uint256 gatewayId);

    /// @notice Delists the caller's gateway; the bond is free 14 time units later.
    function retireGateway(uint256 gatewayId) external;

    function withdrawGatewayBond(uint256 gatewayId) external returns (uint256 amount);

    function minClientVersion(bytes32 client) external view returns (uint64);

    function addressOf(bytes32 name) external view returns (address);

    function pauseGuardian() external view returns (address);

    function minGatewayBond() external view returns (uint256);

    function gateway(uint256 gatewayId) external view returns (Gateway memory);

    /// @notice Gateways `from` to `from + limit - 1`, retired ones included; at most 100 a call.
    function gateways(uint256 from, uint256 limit) external view returns (Gateway[] memory);

    function gatewayCount() external view returns (uint256);

    function totalBonds() external view returns (uint256);

    function gatewayProofDigest(address owner, address signer, string calldata url)
        external
        view
        returns (bytes32);
}
