// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {TypedData} from "../libraries/TypedData.sol";
import {VoteHistory} from "../libraries/VoteHistory.sol";

/// @title Votes of whatever an account has at stake, as OpenZeppelin's governor reads them
/// @notice ERC-5805 over {VoteHistory}. Two things differ from OpenZeppelin's module, which is why it
/// is not used: an account votes for itself until it delegates, without a storage write, and cannot
/// delegate to nobody, so all votes together are always all stake; and a head with the present value
/// makes staking, slashing and voting cheaper by several slots.
abstract contract StakedVotes is IERC5805 {
    using VoteHistory for VoteHistory.History;

    error VotesZeroDelegate(address account);
    error VotesFutureLookup(uint256 timepoint, uint256 clock);
    error VotesInvalidSignature();
    error VotesInvalidNonce(address account, uint256 nonce, uint256 expected);

    /// @custom:storage-location erc7201:ddai.storage.StakedVotes
    struct VotesStorage {
        mapping(address account => address) delegatees;
        mapping(address delegatee => VoteHistory.History) votes;
        VoteHistory.History total;
        mapping(address account => uint256) nonces;
    }

    /// @dev ERC-7201 of "ddai.storage.StakedVotes".
    bytes32 private constant VOTES_SLOT =
        0x700d05491fe8eeccaf8f1964f83d7db5286da82f28adcffb6744a98830301b00;
    bytes32 private constant DOMAIN_NAME_HASH = keccak256("DDAI Staking");
    bytes32 private constant DELEGATION_TYPEHASH =
        keccak256("Delegation(address delegatee,uint256 nonce,uint256 expiry)");

    function delegate(address delegatee) external {
        _delegate(msg.sender, delegatee);
    }

    function delegateBySig(
        address delegatee,
        uint256 nonce,
        uint256 expiry,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        if (block.timestamp > expiry) revert VotesExpiredSignature(expiry);
        bytes32 structHash = keccak256(abi.encode(DELEGATION_TYPEHASH, delegatee, nonce, expiry));
        bytes32 digest = TypedData.digest(DOMAIN_NAME_HASH, address(this), structHash);
        (address account,,) = ECDSA.tryRecover(digest, v, r, s);
        if (account == address(0)) revert VotesInvalidSignature();
        uint256 expected = _votes().nonces[account]++;
        if (nonce != expected) revert VotesInvalidNonce(account, nonce, expected);
        _delegate(account, delegatee);
    }

    /// @notice Votes now.
    function getVotes(address account) external view returns (uint256) {
        return _votes().votes[account].latest();
    }

    /// @notice Votes at the end of a past second.
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        _requirePast(timepoint);
        return _votes().votes[account].valueAt(timepoint);
    }

    /// @notice All votes at the end of a past second.
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        _requirePast(timepoint);
        return _votes().total.valueAt(timepoint);
    }

    /// @notice All votes now.
    function getTotalVotes() external view returns (uint256) {
        return _votes().total.latest();
    }

    /// @notice Nonce of the account's next `delegateBySig`.
    function nonces(address account) external view returns (uint256) {
        return _votes().nonces[account];
    }

    /// @notice The account itself until it delegates to another.
    function delegates(address account) public view returns (address) {
        address chosen = _votes().delegatees[account];
        return chosen == address(0) ? account : chosen;
    }

    /// @notice Seconds, so that an epoch's start is a moment of voting power on any chain.
    function clock() public view returns (uint48) {
        return uint48(block.timestamp);
    }

    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure returns (string memory) {
        return "mode=timestamp";
    }

    function _addVotes(address account, uint256 amount) internal {
        VotesStorage storage $ = _votes();
        $.total.increase(amount);
        address delegatee = delegates(account);
        (uint256 before, uint256 afterwards) = $.votes[delegatee].increase(amount);
        emit DelegateVotesChanged(delegatee, before, afterwards);
    }

    function _removeVotes(address account, uint256 amount) internal {
        VotesStorage storage $ = _votes();
        $.total.decrease(amount);
        address delegatee = delegates(account);
        (uint256 before, uint256 afterwards) = $.votes[delegatee].decrease(amount);
        emit DelegateVotesChanged(delegatee, before, afterwards);
    }

    function _delegate(address account, address delegatee) private {
        if (delegatee == address(0)) revert VotesZeroDelegate(account);
        VotesStorage storage $ = _votes();
        address former = delegates(account);
        $.delegatees[account] = delegatee;
        emit DelegateChanged(account, former, delegatee);
        uint256 amount = _votingUnits(account);
        if (former == delegatee || amount == 0) return;
        (uint256 before, uint256 afterwards) = $.votes[former].decrease(amount);
        emit DelegateVotesChanged(former, before, afterwards);
        (before, afterwards) = $.votes[delegatee].increase(amount);
        emit DelegateVotesChanged(delegatee, before, afterwards);
    }

    function _votingUnits(address account) internal view virtual returns (uint256);

    /// @dev Votes of the running second can still change.
    function _requirePast(uint256 timepoint) private view {
        if (timepoint >= block.timestamp) revert VotesFutureLookup(timepoint, block.timestamp);
    }

    function _votes() private pure returns (VotesStorage storage $) {
        bytes32 slot = VOTES_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
