// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Rewards for stake that proves its work: the bonded part of `Storage` and `Validation`
/// @notice Of every epoch's budget a share is kept for bonded units: a node's stake times the share,
/// at most 1, of that epoch's scheduled proofs or checkpoints that it delivered. A unit earns at most
/// the yield of its epoch, which is capped in code. Unlike fee-backed rewards these are not bounded
/// by what was burned.
interface IBondedWork {
    /// @param node Operator of the node.
    /// @param stake Its unthawed stake at the epoch's start, as the source saw it. The lower of this
    /// and the stake now counts; what is active at both ends was slashable all along.
    /// @param delivered Proofs or checkpoints delivered. @param scheduled Out of how many.
    struct Participation {
        address node;
        uint8 workClass;
        uint256 epoch;
        uint256 stake;
        uint256 delivered;
        uint256 scheduled;
    }

    /// @param units All nodes' units.
    /// @param budget Wei kept for them when the epoch closed.
    /// @param yieldPpb Most that one unit earns, in billionths.
    /// @param openUntil Unix seconds until which units are taken; zero if the epoch has no bonded part.
    /// @param settled Whether what was not earned has returned to the reserve.
    /// @param remaining Wei neither claimed nor returned.
    struct BondedResult {
        uint256 units;
        uint256 budget;
        uint256 yieldPpb;
        uint256 openUntil;
        bool settled;
        uint256 remaining;
    }

    error EmissionsNotBondedSource(address caller, uint8 workClass);
    error EmissionsNoBondedPart(uint8 workClass, uint256 epoch);
    error EmissionsUnitsClosed(uint8 workClass, uint256 epoch, uint256 openUntil);
    error EmissionsUnitsStillOpen(uint8 workClass, uint256 epoch, uint256 openUntil);
    error EmissionsAlreadyAccrued(address node, uint8 workClass, uint256 epoch);
    error EmissionsAlreadySettled(uint8 workClass, uint256 epoch);
    error EmissionsNotBondedClass(uint8 workClass);

    event WorkSourceRegistered(uint8 indexed workClass, address indexed source);
    event WorkSourceRemoved(uint8 indexed workClass, address indexed source);
    event BondedYieldSet(uint256 yieldPpb);
    event BondedOpened(
        uint256 indexed epoch, uint8 indexed workClass, uint256 budget, uint256 openUntil
    );
    event BondedAccrued(
        address indexed node, uint8 indexed workClass, uint256 indexed epoch, uint256 units
    );
    event BondedSettled(
        uint256 indexed epoch, uint8 indexed workClass, uint256 payable_, uint256 returned
    );
    event BondedClaimed(
        address indexed node,
        address indexed payout,
        uint8 indexed workClass,
        uint256 epoch,
        uint256 units,
        uint256 amount
    );

    /// @notice Gives a node its units of a closed epoch, once, while they are open. By the class's
    /// registered source. Stake is divided among the classes that the node serves, and the parts of
    /// all its classes together never exceed it.
    /// @return units Wei of stake times the share delivered, rounded down.
    function accrueBonded(Participation calldata participation) external returns (uint256 units);

    /// @notice Fixes what the class pays for an epoch; the rest returns to the reserve. By anybody,
    /// once units are closed; the first claim does it too.
    function settleBonded(uint8 workClass, uint256 epoch) external returns (uint256 returned);

    /// @notice Pays a node's bonded rewards of these epochs (ascending) to its payout address. By its
    /// operator or signer.
    function claimBonded(address node, uint8 workClass, uint256[] calldata epochs)
        external
        returns (uint256 amount);

    /// @notice Announces the class's source; registering needs the announcement to be 21 time units
    /// old, and replaces the former source.
    function announceWorkSource(uint8 workClass, address source) external;

    function registerWorkSource(uint8 workClass, address source) external;

    /// @notice Takes effect at once; the class has no bonded part until another is registered.
    function removeWorkSource(uint8 workClass) external;

    /// @notice Most that a unit earns in an epoch, from the next epoch that closes on; at most 0.1% for
    /// each time unit.
    function setBondedYield(uint256 yieldPpb) external;

    function workSource(uint8 workClass) external view returns (address);

    function bondedYield() external view returns (uint256 yieldPpb);

    function bondedResult(uint8 workClass, uint256 epoch)
        external
        view
        returns (BondedResult memory);

    /// @notice Units of a node for an epoch; zero once claimed.
    function bondedUnitsOf(address node, uint8 workClass, uint256 epoch)
        external
        view
        returns (uint256);

    /// @notice What a claim would pay; zero while units are open.
    function bondedRewardOf(address node, uint8 workClass, uint256 epoch)
        external
        view
        returns (uint256);
}
