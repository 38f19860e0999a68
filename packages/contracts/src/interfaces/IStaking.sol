// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Collateral and tier locks: what is at stake votes, thaws slowly and can be slashed
/// @notice A token here is either a node's collateral or a holder's tier lock. Both vote; only
/// collateral is slashed. Thawing tokens lose their vote at once and stay slashable to the end.
interface IStaking {
    /// @notice Collateral secures a node's work, a tier lock buys discounts and early features.
    enum Kind {
        Collateral,
        TierLock
    }

    /// @param active Tokens that count: for minimums, tiers and votes.
    /// @param thawing Tokens on their way out.
    /// @param thawEnds Unix seconds from which `thawing` can be withdrawn.
    struct Position {
        uint256 active;
        uint256 thawing;
        uint256 thawEnds;
    }

    /// @param maxSlash Most wei that one slash of this verifier takes.
    /// @param mayConvict Whether it may retire a node for good and forfeit its unmatured earnings.
    struct VerifierTerms {
        uint128 maxSlash;
        bool mayConvict;
    }

    /// @param amount Wei wanted; at most the verifier's cap, and never more than the node has.
    /// @param reporter Receives the reporter's share; zero burns everything.
    /// @param unfreeze Wei of this verifier's freeze that the slash settles.
    /// @param convict Whether the node is retired for good.
    /// @param evidence Identifies the proof or dispute, for indexers.
    struct Slash {
        address node;
        uint256 amount;
        address reporter;
        uint256 unfreeze;
        bool convict;
        bytes32 evidence;
    }

    error StakingZeroAmount();
    error StakingInsufficient(address account, Kind kind, uint256 wanted, uint256 available);
    error StakingNothingThawing(address account, Kind kind);
    error StakingStillThawing(address account, Kind kind, uint256 thawEnds);
    error StakingFrozen(address account, uint256 frozen, uint256 wanted, uint256 free);
    error StakingNotVerifier(address caller);
    error StakingSlashAboveCap(address verifier, uint256 amount, uint256 cap);
    error StakingMayNotConvict(address verifier);
    error StakingNothingToSlash(address node);
    error StakingNotFrozenBy(address verifier, address node, uint256 amount, uint256 frozen);
    error StakingFreezeNotLapsed(address verifier, address node, uint256 lapsesAt);
    error StakingAlreadyVerifier(address verifier);

    event Staked(address indexed account, Kind indexed kind, uint256 amount, uint256 active);
    event Thawed(address indexed account, Kind indexed kind, uint256 amount, uint256 thawEnds);
    event ThawCancelled(address indexed account, Kind indexed kind, uint256 amount);
    event Withdrawn(address indexed account, Kind indexed kind, uint256 amount);
    event Frozen(address indexed verifier, address indexed node, uint256 amount, uint256 lapsesAt);
    event Unfrozen(address indexed verifier, address indexed node, uint256 amount);
    event Slashed(
        address indexed verifier,
        address indexed node,
        address indexed reporter,
        uint256 fromActive,
        uint256 fromThawing,
        uint256 toReporter,
        uint256 burned,
        bytes32 evidence
    );
    /// @notice The node is retired for good; `convictedAt` ends the maturing of its earnings.
    event Convicted(address indexed node, address indexed verifier, uint256 convictedAt);
    event VerifierRegistered(address indexed verifier, uint256 maxSlash, bool mayConvict);
    event VerifierRemoved(address indexed verifier);
    event ReporterShareSet(uint256 shareBps);

    /// @notice Adds `amount` of the caller's tokens to its collateral. Needs an allowance.
    function stake(uint256 amount) external;

    /// @notice Adds `amount` of the caller's tokens to its tier lock. Needs an allowance.
    function lock(uint256 amount) external;

    /// @notice Starts the way out of `amount`. A pending thaw of the same kind is joined and its
    /// clock starts anew for both.
    /// @return thawEnds Unix seconds from which it can be withdrawn; later parameter changes do not
    /// move it.
    function thaw(Kind kind, uint256 amount) external returns (uint256 thawEnds);

    /// @notice Makes everything that is thawing active again.
    function cancelThaw(Kind kind) external;

    /// @notice Pays out what has thawed to the caller, less what of the collateral is frozen and not
    /// covered by what stays.
    /// @return amount Wei paid.
    function withdraw(Kind kind) external returns (uint256 amount);

    /// @notice Holds `amount` of the node's collateral for a dispute. By a registered verifier.
    /// Freezes of all verifiers together never pass what the node has; the rest is refused.
    function freeze(address node, uint256 amount) external;

    /// @notice Lets go of `amount` that the calling verifier froze.
    function unfreeze(address node, uint256 amount) external;

    /// @notice Anybody lets go of a freeze that is 30 time units old or whose verifier is removed.
    function releaseFreeze(address verifier, address node) external;

    /// @notice Takes collateral by rule: at least 90% is burned, the rest goes to the reporter.
    /// @return taken Wei taken in all.
    function slash(Slash calldata request) external returns (uint256 taken);

    /// @notice Announces a verifier; registering needs the announcement to be 21 time units old.
    function announceVerifier(address verifier, VerifierTerms calldata terms) external;

    function registerVerifier(address verifier, VerifierTerms calldata terms) external;

    /// @notice Takes effect at once; the verifier's freezes can then be released by anybody.
    function removeVerifier(address verifier) external;

    /// @notice The reporter's share of a slash, at most 1,000 basis points.
    function setReporterShare(uint256 shareBps) external;

    function position(address account, Kind kind) external view returns (Position memory);

    /// @notice Active collateral, zero for a convicted node: what secures work now.
    function collateralOf(address node) external view returns (uint256);

    /// @notice The active tier lock.
    function lockOf(address account) external view returns (uint256);

    /// @notice Until when earnings of `node` matured: zero while they simply keep maturing, else the
    /// moment since when a freeze stands or at which the node was convicted.
    function maturingStoppedAt(address node)
        external
        view
        returns (uint256 stoppedAt, bool convicted);

    function isConvicted(address node) external view returns (bool);

    /// @return amount Wei of collateral frozen in all. @return since When the oldest uninterrupted
    /// freeze began, zero if none.
    function frozenOf(address node) external view returns (uint256 amount, uint256 since);

    function frozenBy(address verifier, address node)
        external
        view
        returns (uint256 amount, uint256 lapsesAt);

    function verifier(address account)
        external
        view
        returns (bool registered, VerifierTerms memory terms);

    /// @notice Everything held for accounts: active and thawing, of both kinds, in wei.
    function totalStaked() external view returns (uint256);

    /// @notice Everything slashed and burned since deployment, in wei.
    function totalSlashBurned() external view returns (uint256);

    function thawPeriod() external view returns (uint256);

    function reporterShareBps() external view returns (uint256);
}
