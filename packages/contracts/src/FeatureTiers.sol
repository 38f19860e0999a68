// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Governed} from "./governance/Governed.sol";
import {IFeatureTiers} from "./interfaces/IFeatureTiers.sol";
import {IPaymentsEscrow} from "./interfaces/IPaymentsEscrow.sol";
import {IStaking} from "./interfaces/IStaking.sol";
import {TierTable} from "./libraries/TierTable.sol";

/// @title Feature tiers
/// @notice See {IFeatureTiers}. A tier is the lock at this moment: thawing it ends the tier at once.
/// Whatever the tiers are, nobody pays less than half the fee.
contract FeatureTiers is IFeatureTiers, Governed {
    /// @custom:storage-location erc7201:ddai.storage.FeatureTiers
    struct TiersStorage {
        uint256 table;
        mapping(bytes32 id => Feature) features;
    }

    /// @dev ERC-7201 of "ddai.storage.FeatureTiers".
    bytes32 private constant TIERS_SLOT =
        0x096a1b0f25ecaf8e034cd1d48a13a11b22e134dc349c9e47ced2ff71874d6c00;
    uint256 private constant MAX_DISCOUNT_BPS = 5_000;
    uint256 private constant MAX_LOCK = 1_000_000_000e18;

    IStaking public immutable staking;
    IPaymentsEscrow public immutable escrow;

    constructor(IStaking staking_, IPaymentsEscrow escrow_, address timelock_, uint256 timeUnit_)
        Governed(timelock_, timeUnit_)
    {
        _requireAddress(address(staking_));
        _requireAddress(address(escrow_));
        staking = staking_;
        escrow = escrow_;
    }

    /// @dev The escrow is initialised with the same table by the deployment, which asserts it.
    function initialize(Tier[] calldata initial) external initializer {
        _setTiers(initial);
    }

    /// @inheritdoc IFeatureTiers
    function setTiers(Tier[] calldata replacement) external onlyTimelock {
        escrow.setTierTable(_setTiers(replacement));
    }

    /// @inheritdoc IFeatureTiers
    function setFeature(bytes32 id, Feature calldata terms) external onlyTimelock {
        if (terms.minTier == 0 || terms.minTier > TierTable.MAX_TIERS) {
            revert FeatureTiersUnknownTier(terms.minTier);
        }
        if (terms.generalFrom == 0) {
            revert GovernedOutOfBounds("generalFrom", 0, 1, type(uint48).max);
        }
        _tiers().features[id] = terms;
        emit FeatureSet(id, terms.minTier, terms.generalFrom);
    }

    /// @inheritdoc IFeatureTiers
    function tierOf(address account) public view returns (uint256 tier) {
        (tier,) = TierTable.tierFor(_tiers().table, staking.lockOf(account));
    }

    /// @inheritdoc IFeatureTiers
    function discountBps(address account) external view returns (uint256 discount) {
        (, discount) = TierTable.tierFor(_tiers().table, staking.lockOf(account));
    }

    /// @inheritdoc IFeatureTiers
    function hasAccess(address account, bytes32 id) external view returns (bool) {
        Feature memory terms = _tiers().features[id];
        if (terms.minTier == 0) revert FeatureTiersUnknownFeature(id);
        return block.timestamp >= terms.generalFrom || tierOf(account) >= terms.minTier;
    }

    /// @inheritdoc IFeatureTiers
    function tiers() external view returns (Tier[] memory list) {
        uint256 table = _tiers().table;
        uint256 count = 0;
        while (count < TierTable.MAX_TIERS && _lockAt(table, count) != 0) ++count;
        list = new Tier[](count);
        for (uint256 i = 0; i < count; ++i) {
            (list[i].lock, list[i].discountBps) = TierTable.entry(table, i);
        }
    }

    /// @inheritdoc IFeatureTiers
    function tierTable() external view returns (uint256) {
        return _tiers().table;
    }

    /// @inheritdoc IFeatureTiers
    function feature(bytes32 id) external view returns (Feature memory) {
        return _tiers().features[id];
    }

    function _setTiers(Tier[] calldata replacement) private returns (uint256 table) {
        if (replacement.length > TierTable.MAX_TIERS) {
            revert FeatureTiersTooMany(replacement.length, TierTable.MAX_TIERS);
        }
        Tier memory previous = Tier(0, 0);
        for (uint256 i = 0; i < replacement.length; ++i) {
            Tier memory tier = replacement[i];
            if (tier.lock % TierTable.LOCK_UNIT != 0) revert FeatureTiersLockNotWhole(tier.lock);
            _requireBounds("lock", tier.lock, TierTable.LOCK_UNIT, MAX_LOCK);
            if (tier.lock <= previous.lock) {
                revert FeatureTiersUnsorted(i, previous.lock, tier.lock);
            }
            if (tier.discountBps <= previous.discountBps) {
                revert FeatureTiersUnsorted(i, previous.discountBps, tier.discountBps);
            }
            if (tier.discountBps > MAX_DISCOUNT_BPS) {
                revert FeatureTiersDiscountTooHigh(tier.discountBps, MAX_DISCOUNT_BPS);
            }
            table = TierTable.pack(table, i, tier.lock, tier.discountBps);
            previous = tier;
        }
        _tiers().table = table;
        emit TiersSet(replacement);
    }

    function _lockAt(uint256 table, uint256 index) private pure returns (uint256 lock) {
        (lock,) = TierTable.entry(table, index);
    }

    function _tiers() private pure returns (TiersStorage storage $) {
        bytes32 slot = TIERS_SLOT;
        assembly {
            $.slot := slot
        }
    }
}
