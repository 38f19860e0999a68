// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The node reward reserve, the epochs' budgets and their weights
/// @notice `reserve + open + owed + claimed` is always 6,000,000,000 DDAI plus what the airdrop
/// returned. Reward units of a node are the wei its collections set aside to burn, and a node is
/// paid at most its units: paying oneself never pays.
interface IEmissionsController {
    /// @param reserve Belongs to no epoch yet: future months, leftovers, the streamed reserve.
    /// @param open The budget of the open epoch.
    /// @param owed Rewards of closed epochs, unclaimed.
    /// @param claimed Paid out since deployment.
    struct Ledger {
        uint256 reserve;
        uint256 open;
        uint256 owed;
        uint256 claimed;
    }

    /// @param id Start of the epoch divided by the epoch length.
    /// @param openedAt Unix seconds at which it was opened; power of weight votes is taken here.
    /// @param endsAt Unix seconds from which anybody may close it.
    /// @param budget Wei for all classes.
    /// @param weights Basis points of the budget by class.
    struct Epoch {
        uint256 id;
        uint256 openedAt;
        uint256 endsAt;
        uint256 budget;
        uint16[4] weights;
    }

    /// @param units All nodes' units: wei set aside to burn.
    /// @param payable_ Wei that the class pays: the lower of budget and units.
    /// @param remaining What of it is neither claimed nor returned.
    struct ClassResult {
        uint256 units;
        uint256 payable_;
        uint256 remaining;
    }

    /// @param min Lowest weight by class that stakers can vote, in basis points.
    /// @param max Highest.
    /// @param step Most that one class can move in one epoch.
    struct Corridor {
        uint16[4] min;
        uint16[4] max;
        uint16 step;
    }

    error EmissionsNotWorkSource(address caller);
    error EmissionsNotNodeRegistry(address caller);
    error EmissionsNotOperatorOrSigner(address caller, address node);
    error EmissionsUnknownClass(uint8 workClass);
    error EmissionsEpochRunning(uint256 epoch, uint256 endsAt);
    error EmissionsNothingToClaim(address node, uint8 workClass, uint256 epoch);
    error EmissionsUnsortedEpochs(uint256 previous, uint256 next);
    error EmissionsTooManyEpochs(uint256 count, uint256 max);
    error EmissionsEmptyEpochs();
    error EmissionsNotExpired(uint256 epoch, uint256 expiresAfter);
    error EmissionsNothingToExpire(uint256 epoch);
    error EmissionsWeightsSum(uint256 sum);
    error EmissionsWeightOutsideCorridor(uint8 workClass, uint256 weight, uint256 min, uint256 max);
    error EmissionsCorridorInvalid(uint8 workClass, uint256 min, uint256 max);
    error EmissionsAlreadyVoted(address voter, uint256 epoch);
    error EmissionsNoVotingPower(address voter, uint256 openedAt);
    error EmissionsZeroAmount();

    event EpochOpened(uint256 indexed epoch, uint256 openedAt, uint256 budget, uint16[4] weights);
    event EpochClosed(uint256 indexed epoch, uint256 closedAt, uint256 owed, uint256 returned);
    event ClassClosed(
        uint256 indexed epoch,
        uint8 indexed workClass,
        uint256 units,
        uint256 budget,
        uint256 payable_
    );
    event Claimed(
        address indexed node,
        address indexed payout,
        uint8 indexed workClass,
        uint256 epoch,
        uint256 units,
        uint256 amount
    );
    event Funded(address indexed from, uint256 amount);
    event Expired(uint256 indexed epoch, uint256 amount);
    event WeightsVoted(
        address indexed voter, uint256 indexed epoch, uint16[4] weights, uint256 power
    );
    event WeightsSet(uint16[4] weights);
    event CorridorSet(uint16[4] min, uint16[4] max, uint16 step);
    event StreamSet(uint256 perEpoch);
    event BondedShareSet(uint8 indexed workClass, uint256 shareBps);

    /// @notice Adds reward units to a node in the open epoch; by `PaymentsEscrow`, in the transaction
    /// that sets the same wei aside to burn.
    function accrue(address node, uint8 workClass, uint256 units) external;

    /// @notice Closes the open epoch once its time is over, and opens the current one. An epoch that
    /// nobody closes stays open and keeps gathering work; its budget does not grow.
    function closeEpoch() external returns (uint256 closed, uint256 opened);

    /// @notice Pays a node's rewards of these closed epochs (ascending) to its payout address. By its
    /// operator or signer.
    function claim(address node, uint8 workClass, uint256[] calldata epochs)
        external
        returns (uint256 amount);

    /// @notice Where a node's rewards go and which key may send them there beside its operator. By
    /// `NodeRegistry` only, in the transaction that changes either.
    function setRecipient(address node, address payout, address signer) external;

    /// @notice Returns what is unclaimed of an epoch to the reserve, 365 epochs after it. By anybody.
    function expire(uint256 epoch) external returns (uint256 amount);

    /// @notice Adds the caller's tokens to the reserve; the airdrop returns its rest so.
    function fund(uint256 amount) external;

    /// @notice A staker's vote, with its power when the epoch opened, for the next epoch's weights.
    function voteWeights(uint16[4] calldata weights) external;

    /// @notice The DAO's vector, from the next epoch on.
    function setWeights(uint16[4] calldata weights) external;

    /// @notice Refused while the vector in force, or the DAO's next, lies outside of it.
    function setCorridor(Corridor calldata corridor) external;

    /// @notice How much of the reserve beyond the schedule is added to every epoch's budget, at most
    /// one daily budget.
    function setStream(uint256 perEpoch) external;

    /// @notice Share of a class's budget kept for bonded units; Storage and Validation only.
    function setBondedShare(uint8 workClass, uint256 shareBps) external;

    function ledger() external view returns (Ledger memory);

    /// @notice Everything ever put into the ledger: 6e27 plus what the airdrop returned.
    function totalFunded() external view returns (uint256);

    function openEpoch() external view returns (Epoch memory);

    /// @notice Units of a node: pending while the epoch is open, unclaimed after; zero once claimed.
    function unitsOf(address node, uint8 workClass, uint256 epoch) external view returns (uint256);

    /// @notice Wei claimable by a node for a closed epoch.
    function rewardOf(address node, uint8 workClass, uint256 epoch) external view returns (uint256);

    function classResult(uint256 epoch, uint8 workClass) external view returns (ClassResult memory);

    /// @notice Units gathered so far in the open epoch.
    function openUnits(uint8 workClass) external view returns (uint256);

    function nextWeights() external view returns (uint16[4] memory);

    function corridor() external view returns (Corridor memory);

    /// @return weighted Sum of power times weight by class. @return power Votes cast in the open epoch.
    function weightTally() external view returns (uint256[4] memory weighted, uint256 power);

    /// @notice Votes needed in an epoch for a voted vector to count.
    function weightQuorum() external view returns (uint256);

    function streamPerEpoch() external view returns (uint256);

    /// @notice What of the reserve is not promised to the schedule's remaining epochs.
    function streamable() external view returns (uint256);

    function bondedShareBps(uint8 workClass) external view returns (uint256);

    function epochLength() external view returns (uint256);

    function firstEpoch() external view returns (uint256);
}
