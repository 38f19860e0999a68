// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Data that clients pay nodes to keep, and proofs that they still have it
/// @notice A period is a beacon epoch. Its challenge is drawn from the beacon's value over the node's
/// root as it was before the period began, and is answered from then on until the end of the next
/// period. A `Void` period has no challenge, no fault and no pay.
///
/// A data set is a Merkle tree of keccak256 over leaves of 256 bytes, padded with zero words to a power
/// of two. One data set has one node: data is encrypted for each node, so copies have other roots.
/// A node's root is a sum tree: a leaf is `keccak256(data-set root, uint48 leaf count)` and counts its
/// leaves, an inner node `keccak256(left, uint48 left count, right, uint48 right count)`. Its shape is
/// the node's to choose.
interface IStorageProofs {
    /// @param client Pays, and gets back what was not earned.
    /// @param pricePerPeriod Wei for the node for each period proven, before the fee.
    /// @param firstPeriod First period that counts, zero while not accepted.
    /// @param endPeriod First period that no longer does; before acceptance the number of periods.
    /// @param settledUntil Periods below are paid or returned.
    /// @param faultsUntil Periods below are looked through for misses.
    /// @param maxMisses Missed periods agreed to be free of punishment.
    /// @param misses Missed periods since the start or the last punishment.
    struct DataSet {
        bytes32 root;
        address client;
        address node;
        uint256 leafCount;
        uint256 pricePerPeriod;
        uint256 firstPeriod;
        uint256 endPeriod;
        uint256 settledUntil;
        uint256 faultsUntil;
        uint256 maxMisses;
        uint256 misses;
        bool removed;
    }

    /// @param hash The node of the sum tree that is replaced: an empty place is zero.
    /// @param count Its leaves.
    /// @param directions Bit `1 << level` where it, or its parent at that level, is a right child.
    /// @param siblings `hash || uint48 count` for each level from below, at most 32.
    struct Path {
        bytes32 hash;
        uint256 count;
        uint256 directions;
        bytes siblings;
    }

    error StorageZeroRoot();
    error StorageLeafCountOutOfBounds(uint256 leafCount, uint256 max);
    error StorageZeroPrice();
    error StoragePeriodsOutOfBounds(uint256 periods, uint256 max);
    error StorageTooManyMisses(uint256 misses, uint256 periods);
    error StorageUnknownDataSet(uint256 id);
    error StorageAlreadyAccepted(uint256 id);
    error StorageNotAccepted(uint256 id);
    error StorageNotClient(address caller, uint256 id);
    error StorageNotParty(address caller, uint256 id);
    error StorageNodeInactive(address node);
    error StorageStakeBelowMinimum(address node, uint256 stake, uint256 minimum);
    error StorageWrongPath(bytes32 root, uint256 leaves, bytes32 found, uint256 foundLeaves);
    error StorageMalformedSiblings(uint256 length);
    error StorageStillRunning(uint256 id, uint256 endPeriod);
    error StorageAlreadyRemoved(uint256 id);
    error StorageEnding(uint256 id, uint256 endPeriod);
    error StoragePeriodClosed(uint256 period, uint256 current);
    error StorageNoChallenge(uint256 period);
    error StorageNothingToProve(address node, uint256 period);
    error StorageAlreadyProven(address node, uint256 period);
    error StorageProofLength(uint256 length, uint256 expected);
    error StorageWrongProof(uint256 draw, bytes32 root, bytes32 found);
    error StorageOutsideDataSet(uint256 draw, uint256 position, uint256 offset, uint256 count);
    error StorageWrongCursor(uint256 id, uint256 cursor, uint256 from, uint256 max);
    error StorageEpochRunning(uint256 epoch);
    error StorageNoStakeNoted(address node, uint256 epoch);
    error StorageTooLateToNote(uint256 epoch);

    event DataSetAdded(
        uint256 indexed id,
        address indexed client,
        address indexed node,
        bytes32 root,
        uint256 leafCount,
        uint256 pricePerPeriod,
        uint256 periods,
        uint256 maxMisses,
        uint256 deposit
    );
    event DataSetCancelled(uint256 indexed id, uint256 returned);
    event DataSetAccepted(
        uint256 indexed id, address indexed node, uint256 firstPeriod, uint256 endPeriod
    );
    event NoticeGiven(uint256 indexed id, address indexed by, uint256 endPeriod, uint256 returned);
    event DataSetRemoved(uint256 indexed id, address indexed node);
    /// @notice The node's root from `period` on.
    event NodeRootSet(address indexed node, uint256 period, bytes32 root, uint256 leaves);
    event PossessionProven(address indexed node, uint256 indexed period);
    /// @param paid Net wei that the node earned. @param returned What the client got back.
    event DataSetSettled(
        uint256 indexed id, uint256 until, uint256 proven, uint256 paid, uint256 returned
    );
    /// @param faults How often more periods had been missed than agreed; each is punished.
    event FaultReported(uint256 indexed id, uint256 until, uint256 missed, uint256 faults);
    event PenaltyPeriodsSet(uint256 periods);

    /// @notice Offers a data set to a node and deposits price times periods with the highest fee.
    /// @param root Of the data as encrypted for this node.
    /// @return id Of the data set.
    function addDataSet(
        bytes32 root,
        uint256 leafCount,
        uint256 pricePerPeriod,
        uint256 periods,
        uint256 maxMisses,
        address node
    ) external returns (uint256 id);

    /// @notice Takes back an offer that was not accepted. By its client.
    function cancelDataSet(uint256 id) external returns (uint256 returned);

    /// @notice Takes the data set into the node's tree, counting from the next period. By the node's
    /// operator or signer.
    /// @param at A place in the node's current tree: an empty one (zero) takes the leaf, any other
    /// becomes the left child of a new inner node and the leaf its right one.
    function accept(uint256 id, Path calldata at) external;

    /// @notice Ends an accepted data set 7 periods after the next one at the latest, and returns the
    /// money for later periods. By its client, or the node's operator or signer.
    function giveNotice(uint256 id) external returns (uint256 endPeriod);

    /// @notice Takes an ended data set out of the node's tree, counting from the next period. By the
    /// node's operator or signer; until then its leaves can still be drawn.
    /// @param at The data set's leaf; `hash` and `count` are not read.
    function remove(uint256 id, Path calldata at) external;

    /// @notice Answers a period's challenge. By anybody.
    /// @param proof For each of 5 draws: 256 bytes leaf, 6 bytes leaf count of its data set, 1 byte
    /// levels and 4 bytes directions in the sum tree, then siblings from below: 32 bytes each in the
    /// data set (as many as its count needs), 38 bytes each in the sum tree.
    function prove(address node, uint256 period, bytes calldata proof) external;

    /// @notice Pays the node for proven periods below `cursor` and returns the rest of their money to
    /// the client. By anybody, up to the last period whose answers are closed. A convicted node earns
    /// nothing, nor does one whose stake is below the minimum 30 periods after the end.
    function settle(uint256 id, uint256 cursor) external returns (uint256 paid);

    /// @notice Counts missed periods below `cursor`, and slashes the node each time they are more
    /// than agreed. By anybody, who receives the reporter's share.
    function reportFault(uint256 id, uint256 cursor) external returns (uint256 missed);

    /// @notice Notes the node's stake at the start of the running epoch, within its first half. By
    /// anybody; a proof does it too.
    function noteStake(address node) external;

    /// @notice Accrues the node's bonded units for an epoch that is over: its stake times the share of
    /// periods answered, of those whose answers were due in the epoch. By anybody.
    function claimPossession(address node, uint256 epoch) external returns (uint256 units);

    /// @notice How many periods' price a fault costs, 1 to 365.
    function setPenaltyPeriods(uint256 periods) external;

    function dataSet(uint256 id) external view returns (DataSet memory);

    /// @notice The node's root and leaves that the period challenges; for the running period, the one
    /// before and the next.
    function nodeRoot(address node, uint256 period)
        external
        view
        returns (bytes32 root, uint256 leaves);

    function isProven(address node, uint256 period) external view returns (bool);

    /// @notice Positions drawn among the node's leaves; empty if the period has no value.
    function challenge(address node, uint256 period) external view returns (uint256[] memory);

    /// @notice Stake noted at the epoch's start, zero if none; kept for the last two epochs noted.
    function notedStake(address node, uint256 epoch) external view returns (uint256);

    /// @notice Wei held for clients and nodes: all tokens of this contract.
    function totalDeposits() external view returns (uint256);

    function currentPeriod() external view returns (uint256);

    function penaltyPeriods() external view returns (uint256);
}
