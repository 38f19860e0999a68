// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Deploys a contract at an address that depends on deployer and salt only
/// @notice The protocol's contracts know each other as immutables, in cycles, so every address must
/// be known before the first constructor runs and must not depend on the code behind it. A small
/// contract is put at a CREATE2 address, and its first creation has a known address in turn. The
/// sender is part of the salt: nobody can occupy another's addresses.
contract DeterministicFactory {
    error FactoryAlreadyDeployed(address location);

    event Deployed(address indexed deployer, bytes32 indexed salt, address location);

    /// @notice The block in which this factory put a contract there; zero if it did not. Tells an
    /// indexer where to start.
    mapping(address location => uint256 blockNumber) public deployedAt;

    /// @notice Deploys `initCode`; a revert of its constructor is passed on and leaves nothing.
    function deploy(bytes32 salt, bytes calldata initCode) external returns (address location) {
        location = addressOf(msg.sender, salt);
        if (location.code.length != 0) revert FactoryAlreadyDeployed(location);
        new Launchpad{salt: _bind(msg.sender, salt)}().launch(initCode);
        deployedAt[location] = block.number;
        emit Deployed(msg.sender, salt, location);
    }

    /// @notice Where `deployer`'s contract with this salt is or will be.
    function addressOf(address deployer, bytes32 salt) public view returns (address) {
        bytes32 launchpad = keccak256(
            abi.encodePacked(
                bytes1(0xff),
                address(this),
                _bind(deployer, salt),
                keccak256(type(Launchpad).creationCode)
            )
        );
        // RLP of [address, 1]: a contract's first creation.
        bytes32 first =
            keccak256(abi.encodePacked(hex"d694", address(uint160(uint256(launchpad))), hex"01"));
        return address(uint160(uint256(first)));
    }

    function _bind(address deployer, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(deployer, salt));
    }
}

/// @dev Lives for one creation; only the factory that made it can use it.
contract Launchpad {
    error LaunchpadNotFactory(address caller);

    address private immutable FACTORY = msg.sender;

    function launch(bytes calldata initCode) external {
        if (msg.sender != FACTORY) revert LaunchpadNotFactory(msg.sender);
        bytes memory code = initCode;
        assembly {
            if iszero(create(0, add(code, 0x20), mload(code))) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }
}
