// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {DDAIToken} from "../DDAIToken.sol";
import {IEmissionsController} from "../interfaces/IEmissionsController.sol";

/// @title The airdrop: a list of accounts and amounts, claimed by proof, for one year
/// @notice What nobody has claimed 365 time units after the deployment goes back to the node reward
/// reserve, by anybody's call. Not upgradeable.
///
/// A leaf is keccak256(keccak256(abi.encode(account, amount))), pairs are sorted: the standard tree
/// of OpenZeppelin's `merkle-tree`. Hashing twice keeps inner nodes from passing as leaves.
contract Airdrop {
    error AirdropZeroAddress();
    error AirdropZeroRoot();
    error AirdropTimeUnitInvalid(uint256 timeUnit, uint256 max);
    error AirdropNotTimelock(address caller);
    error AirdropRootAlreadySet(bytes32 root);
    error AirdropRootMissing();
    error AirdropAlreadyClaimed(address account);
    error AirdropWrongProof(address account, uint256 amount);
    error AirdropOver(uint256 endedAt);
    error AirdropRunning(uint256 endsAt);
    error AirdropExhausted(uint256 amount, uint256 left);
    error AirdropNothingLeft();

    event RootSet(bytes32 root);
    event AirdropClaimed(address indexed account, uint256 amount);
    event AirdropReturned(uint256 amount);

    uint256 private constant LIFE_UNITS = 365;
    uint256 private constant MAX_TIME_UNIT = 1 days;

    DDAIToken public immutable token;
    IEmissionsController public immutable emissions;
    address public immutable timelock;
    /// @notice Unix seconds after which nothing can be claimed.
    uint256 public immutable endsAt;

    /// @notice Root of the list; zero until the DAO has set it.
    bytes32 public root;
    mapping(address account => bool) public hasClaimed;

    /// @param root_ Zero if the list is not final yet: then the timelock sets it, once.
    constructor(
        DDAIToken token_,
        IEmissionsController emissions_,
        address timelock_,
        uint256 timeUnit_,
        bytes32 root_
    ) {
        if (
            address(token_) == address(0) || address(emissions_) == address(0)
                || timelock_ == address(0)
        ) revert AirdropZeroAddress();
        if (timeUnit_ == 0 || timeUnit_ > MAX_TIME_UNIT) {
            revert AirdropTimeUnitInvalid(timeUnit_, MAX_TIME_UNIT);
        }
        token = token_;
        emissions = emissions_;
        timelock = timelock_;
        endsAt = block.timestamp + LIFE_UNITS * timeUnit_;
        if (root_ != 0) _setRoot(root_);
    }

    /// @notice Sets the list, once and for ever.
    function setRoot(bytes32 root_) external {
        if (msg.sender != timelock) revert AirdropNotTimelock(msg.sender);
        if (root_ == 0) revert AirdropZeroRoot();
        if (root != 0) revert AirdropRootAlreadySet(root);
        _setRoot(root_);
    }

    /// @notice Pays `account` its amount. By anybody: it can go nowhere else.
    function claim(address account, uint256 amount, bytes32[] calldata proof) external {
        if (block.timestamp > endsAt) revert AirdropOver(endsAt);
        if (root == 0) revert AirdropRootMissing();
        if (hasClaimed[account]) revert AirdropAlreadyClaimed(account);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(account, amount))));
        if (!MerkleProof.verifyCalldata(proof, root, leaf)) {
            revert AirdropWrongProof(account, amount);
        }
        uint256 left = token.balanceOf(address(this));
        if (amount > left) revert AirdropExhausted(amount, left);
        hasClaimed[account] = true;
        emit AirdropClaimed(account, amount);
        token.transfer(account, amount);
    }

    /// @notice Gives the rest to the reward reserve once the airdrop is over.
    function returnRest() external returns (uint256 amount) {
        if (block.timestamp <= endsAt) revert AirdropRunning(endsAt);
        amount = token.balanceOf(address(this));
        if (amount == 0) revert AirdropNothingLeft();
        emit AirdropReturned(amount);
        token.approve(address(emissions), amount);
        emissions.fund(amount);
    }

    function _setRoot(bytes32 root_) private {
        root = root_;
        emit RootSet(root_);
    }
}
