// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev The cheatcodes that these tests use, as forge answers them at a fixed address.
interface Vm {
    function addr(uint256 privateKey) external pure returns (address);
    function sign(uint256 privateKey, bytes32 digest)
        external
        pure
        returns (uint8 v, bytes32 r, bytes32 s);
    function prank(address sender) external;
    function startPrank(address sender) external;
    function stopPrank() external;
    function roll(uint256 blockNumber) external;
    function warp(uint256 timestamp) external;
    function chainId(uint256 id) external;
    function expectRevert() external;
    function expectRevert(bytes4 selector) external;
    function expectRevert(bytes calldata data) external;
    function load(address target, bytes32 slot) external view returns (bytes32);
    function snapshotGasLastCall(string calldata group, string calldata name)
        external
        returns (uint256);
    function envOr(string calldata name, string calldata fallback_)
        external
        view
        returns (string memory);
    function deal(address account, uint256 balance) external;
    function etch(address target, bytes calldata code) external;
    function pauseGasMetering() external;
}

Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
