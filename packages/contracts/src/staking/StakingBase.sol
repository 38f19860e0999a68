// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {DDAIToken} from "../DDAIToken.sol";
import {Governed} from "../governance/Governed.sol";
import {Pausable} from "../governance/Pausable.sol";
import {StakedVotes} from "../governance/StakedVotes.sol";
import {IPaymentsEscrow} from "../interfaces/IPaymentsEscrow.sol";
import {IProtocolRegistry} from "../interfaces/IProtocolRegistry.sol";
import {IStaking} from "../interfaces/IStaking.sol";

/// @title What all parts of staking share: storage, neighbours and the thaw
abstract contract StakingBase is IStaking, Pausable, StakedVotes, ReentrancyGuardTransient {
    /// @dev 96 bits hold eight times the supply; one slot makes staking, thawing and convicting one
    /// write, and the collecting path reads no more than this slot. 32 bits of seconds last until 2106.
    struct Holding {
        uint96 active;
        uint96 thawing;
        uint32 thawEnds;
        uint32 convictedAt;
    }

    struct FreezeTotal {
        uint96 amount;
        uint48 since;
    }

    struct Freeze {
        uint96 amount;
        uint48 lapsesAt;
    }

    struct VerifierRecord {
        uint128 maxSlash;
        bool registered;
        bool mayConvict;
    }

    struct Totals {
        uint96 staked;
        uint96 slashBurned;
        uint16 reporterShareBps;
    }

    /// @custom:storage-location erc7201:ddai.storage.Staking
    struct StakingStorage {
        mapping(address node => Holding) collateral;
        mapping(address account => Holding) locks;
        mapping(address node => FreezeTotal) freezes;
        mapping(address verifier => mapping(address node => Freeze)) freezesBy;
        mapping(address account => VerifierRecord) verifiers;
        Totals totals;
    }

    /// @dev ERC-7201 of "ddai.storage.Staking".
    bytes32 private constant STAKING_SLOT =
        0xae9d013451668bf3e1664f7a74351c13cdf11b400f608ca7bc3ba3636cce6800;
    /// @dev A thaw outlasts twice the longest maturity of earnings, and ends before an announced
    /// change can take effect.
    uint256 private constant MIN_THAW_UNITS = 14;
    uint256 private constant MAX_THAW_UNITS = 20;
    DDAIToken public immutable token;
    /// @notice Told of every change of a tier lock, so that collecting need not ask for it.
    IPaymentsEscrow public immutable escrow;
    /// @inheritdoc IStaking
    uint256 public immutable thawPeriod;

    constructor(
        DDAIToken token_,
        IPaymentsEscrow escrow_,
        IProtocolRegistry protocolRegistry_,
        address timelock_,
        uint256 timeUnit_,
        uint256 thawPeriod_
    ) Governed(timelock_, timeUnit_) Pausable(protocolRegistry_) {
        _requireAddress(address(token_));
        _requireAddress(address(escrow_));
        _requireBounds(
            "thawPeriod", thawPeriod_, MIN_THAW_UNITS * timeUnit_, MAX_THAW_UNITS * timeUnit_
        );
        token = token_;
        escrow = escrow_;
        thawPeriod = thawPeriod_;
    }

    function _votingUnits(address account) internal view override returns (uint256) {
        StakingStorage storage $ = _staking();
        return uint256($.collateral[account].active) + $.locks[account].active;
    }

    function _staking() internal pure returns (StakingStorage storage $) {
        bytes32 slot = STAKING_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
