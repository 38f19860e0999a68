// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What a tier lock buys: a lower fee, and features before they are generally available
interface IFeatureTiers {
    /// @param lock Wei of active tier lock needed; whole DDAI.
    /// @param discountBps Share of the fee that the holder saves, in basis points.
    struct Tier {
        uint256 lock;
        uint256 discountBps;
    }

    /// @param minTier Lowest tier (1 to 4) with early access.
    /// @param generalFrom Unix seconds from which everybody has it.
    struct Feature {
        uint8 minTier;
        uint48 generalFrom;
    }

    error FeatureTiersTooMany(uint256 count, uint256 max);
    error FeatureTiersUnsorted(uint256 index, uint256 previous, uint256 next);
    error FeatureTiersLockNotWhole(uint256 lock);
    error FeatureTiersDiscountTooHigh(uint256 discountBps, uint256 max);
    error FeatureTiersUnknownTier(uint8 tier);
    error FeatureTiersUnknownFeature(bytes32 feature);

    event TiersSet(Tier[] tiers);
    event FeatureSet(bytes32 indexed feature, uint8 minTier, uint48 generalFrom);

    /// @notice Replaces all tiers: at most 4, lock and discount strictly ascending.
    function setTiers(Tier[] calldata tiers) external;

    function setFeature(bytes32 feature, Feature calldata terms) external;

    /// @notice Number of the highest tier that the account's lock reaches; 0 is none.
    function tierOf(address account) external view returns (uint256);

    function discountBps(address account) external view returns (uint256);

    /// @notice Whether the account may use the feature now.
    function hasAccess(address account, bytes32 feature) external view returns (bool);

    function tiers() external view returns (Tier[] memory);

    /// @notice The tiers in one word, as `PaymentsEscrow` keeps a copy of it.
    function tierTable() external view returns (uint256);

    function feature(bytes32 id) external view returns (Feature memory);
}
