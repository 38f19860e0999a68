// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ICheckpointManager} from "../interfaces/ICheckpointManager.sol";
import {VALIDATION} from "../types/WorkClass.sol";
import {CheckpointBase} from "./CheckpointBase.sol";

/// @title The validators' set: at most 64 by stake, changed once an epoch and only so far
/// @notice Who no longer has its stake leaves at once. Of what stays less than a third moves in an
/// epoch; a large newcomer grows into its weight. If fewer than 4 stay, the next set is free again.
abstract contract ValidatorSet is CheckpointBase {
    uint256 internal constant MAX_VALIDATORS = 64;
    uint256 internal constant MIN_VALIDATORS = 4;

    /// @dev A roll in progress: `budget` may still move; `stakes` lie by slot.
    struct Roll {
        uint256 epoch;
        uint256 minimum;
        uint256 slots;
        uint256 size;
        uint256 weight;
        uint256 budget;
        uint256[64] stakes;
    }

    /// @inheritdoc ICheckpointManager
    function enlist(address displaced) external {
        CheckpointStorage storage $ = _checkpoints();
        if ($.candidateIndex[msg.sender] != 0) revert CheckpointAlreadyCandidate(msg.sender);
        uint256 minimum = escrow.minimumStake(VALIDATION);
        uint256 stake = _eligibleStake(msg.sender, minimum);
        if (stake == 0) {
            revert CheckpointNotEligible(msg.sender, staking.collateralOf(msg.sender), minimum);
        }
        if ($.candidates.length >= MAX_VALIDATORS) {
            if ($.candidateIndex[displaced] == 0) revert CheckpointPoolFull(MAX_VALIDATORS);
            uint256 other = _eligibleStake(displaced, minimum);
            if (other >= stake) revert CheckpointNotBelow(displaced, other, stake);
            _delist($, displaced);
        }
        $.candidates.push(msg.sender);
        $.candidateIndex[msg.sender] = $.candidates.length;
        emit CandidateEnlisted(msg.sender);
    }

    /// @inheritdoc ICheckpointManager
    function delist() external {
        _delist(_checkpoints(), msg.sender);
    }

    /// @inheritdoc ICheckpointManager
    function rollSet() external {
        CheckpointStorage storage $ = _checkpoints();
        SetHead memory head = $.head;
        Roll memory roll;
        roll.epoch = _currentEpoch();
        if (head.epoch == roll.epoch) revert CheckpointSetAlreadyRolled(roll.epoch);
        roll.minimum = escrow.minimumStake(VALIDATION);
        roll.slots = head.slots;
        uint256 kept = _keep($, roll);
        bool free = roll.size < MIN_VALIDATORS;
        roll.budget = free ? type(uint256).max : (kept - 1) / 3;
        _release($, roll);
        _join($, roll);
        if (roll.size < MIN_VALIDATORS) {
            // Another attempt in this epoch stays possible.
            if (head.size == 0) revert CheckpointTooFewValidators(roll.size, MIN_VALIDATORS);
            _dissolve($, roll);
        }
        if (head.epoch != 0) {
            $.scheduled[head.epoch] = (head.lastHeight - head.baseHeight) / checkpointInterval;
        }
        // Heights before a new set are nobody's duty.
        if (free) {
            head.lastHeight = uint48(
                Math.max(head.lastHeight, block.number / checkpointInterval * checkpointInterval)
            );
        }
        $.head = SetHead({
            weight: uint96(roll.weight),
            lastHeight: head.lastHeight,
            baseHeight: head.lastHeight,
            epoch: uint32(roll.epoch),
            slots: uint8(roll.slots),
            size: uint8(roll.size)
        });
        emit ValidatorSetRolled(roll.epoch, roll.size, roll.weight);
    }

    /// @inheritdoc ICheckpointManager
    function refreshSigner(uint256 slot) external {
        Member storage member = _checkpoints().members[slot];
        if (member.weight == 0) revert CheckpointUnknownSlot(slot);
        (address signer,) = nodeRegistry.keysOf(member.operator);
        member.signer = signer;
        emit ValidatorSignerRefreshed(member.operator, slot, signer);
    }

    /// @inheritdoc ICheckpointManager
    function getValidators() external view returns (address[] memory producers) {
        CheckpointStorage storage $ = _checkpoints();
        uint256 slots = $.head.slots;
        producers = new address[](slots);
        uint256 count = 0;
        for (uint256 slot = 0; slot < slots; ++slot) {
            if ($.members[slot].weight == 0) continue;
            uint256 key = uint256($.members[slot].consensusKey);
            if (key >> 160 != 0) continue;
            bool known = false;
            for (uint256 i = 0; i < count && !known; ++i) {
                known = producers[i] == address(uint160(key));
            }
            if (!known) producers[count++] = address(uint160(key));
        }
        assembly ("memory-safe") {
            mstore(producers, count)
        }
    }

    /// @inheritdoc ICheckpointManager
    function validatorSet() external view returns (SetState memory) {
        SetHead storage head = _checkpoints().head;
        return SetState({
            epoch: head.epoch,
            size: head.size,
            slots: head.slots,
            weight: head.weight,
            baseHeight: head.baseHeight,
            lastHeight: head.lastHeight
        });
    }

    /// @inheritdoc ICheckpointManager
    function validator(uint256 slot) external view returns (Validator memory) {
        Member storage member = _checkpoints().members[slot];
        return Validator({
            operator: member.operator,
            signer: member.signer,
            weight: member.weight,
            stake: member.rolledAt % 2 == 0 ? member.stakeEven : member.stakeOdd,
            consensusKey: member.consensusKey,
            since: member.since,
            leftAt: member.leftAt
        });
    }

    /// @inheritdoc ICheckpointManager
    function slotOf(address operator) external view returns (uint256) {
        CheckpointStorage storage $ = _checkpoints();
        uint256 slot = $.slots[operator];
        if (slot == 0 || $.members[slot - 1].weight == 0) {
            revert CheckpointNotAMember(operator, $.head.epoch);
        }
        return slot - 1;
    }

    /// @inheritdoc ICheckpointManager
    function candidates() external view returns (address[] memory) {
        return _checkpoints().candidates;
    }

    /// @dev Members that still have their stake keep at most their weight, all others leave.
    function _keep(CheckpointStorage storage $, Roll memory roll) private returns (uint256) {
        for (uint256 slot = 0; slot < roll.slots; ++slot) {
            Member storage member = $.members[slot];
            uint256 weight = member.weight;
            if (weight == 0) continue;
            uint256 stake = _refresh(member, roll);
            if (stake == 0) {
                _leave(member, slot, roll.epoch);
                continue;
            }
            roll.stakes[slot] = stake;
            if (stake < weight) member.weight = uint96(stake);
            roll.weight += Math.min(stake, weight);
            ++roll.size;
        }
        return roll.weight;
    }

    /// @dev Whoever is no candidate any more leaves as far as the budget reaches.
    function _release(CheckpointStorage storage $, Roll memory roll) private {
        for (uint256 slot = 0; slot < roll.slots; ++slot) {
            Member storage member = $.members[slot];
            uint256 weight = member.weight;
            if (weight == 0 || weight > roll.budget || $.candidateIndex[member.operator] != 0) {
                continue;
            }
            roll.budget -= weight;
            roll.weight -= weight;
            --roll.size;
            _leave(member, slot, roll.epoch);
        }
    }

    /// @dev Candidates join and weights grow to their stakes as far as the budget reaches.
    function _join(CheckpointStorage storage $, Roll memory roll) private {
        uint256 i = 0;
        while (i < $.candidates.length) {
            address operator = $.candidates[i];
            (uint256 slot, uint256 stake) = _slotFor($, roll, operator);
            if (stake == 0) {
                _delist($, operator);
                continue;
            }
            ++i;
            if (slot == MAX_VALIDATORS) continue;
            Member storage member = $.members[slot];
            uint256 weight = member.weight;
            uint256 more = Math.min(stake - weight, roll.budget);
            if (more == 0) continue;
            if (weight == 0) _enter($, roll, operator, slot);
            member.weight = uint96(weight + more);
            roll.weight += more;
            roll.budget -= more;
        }
    }

    function _enter(CheckpointStorage storage $, Roll memory roll, address operator, uint256 slot)
        private
    {
        Member storage member = $.members[slot];
        address former = member.operator;
        if (former != operator && former != address(0)) delete $.slots[former];
        member.operator = operator;
        member.since = uint32(roll.epoch);
        member.leftAt = 0;
        (member.stakeEven, member.stakeOdd) = (0, 0);
        $.slots[operator] = slot + 1;
        _refresh(member, roll);
        if (slot >= roll.slots) roll.slots = slot + 1;
        ++roll.size;
        emit ValidatorJoined(operator, slot, roll.epoch);
    }

    function _dissolve(CheckpointStorage storage $, Roll memory roll) private {
        for (uint256 slot = 0; slot < roll.slots; ++slot) {
            if ($.members[slot].weight != 0) _leave($.members[slot], slot, roll.epoch);
        }
        (roll.size, roll.weight) = (0, 0);
    }

    function _leave(Member storage member, uint256 slot, uint256 epoch) private {
        member.weight = 0;
        member.leftAt = uint32(epoch);
        emit ValidatorLeft(member.operator, slot, epoch);
    }

    function _delist(CheckpointStorage storage $, address operator) private {
        uint256 index = $.candidateIndex[operator];
        if (index == 0) revert CheckpointNotCandidate(operator);
        address last = $.candidates[$.candidates.length - 1];
        $.candidates[index - 1] = last;
        $.candidateIndex[last] = index;
        $.candidates.pop();
        delete $.candidateIndex[operator];
        emit CandidateDelisted(operator);
    }

    /// @dev Takes over key, signer and stake for the epoch. @return stake Zero if not eligible.
    function _refresh(Member storage member, Roll memory roll) private returns (uint256 stake) {
        stake = _eligibleStake(member.operator, roll.minimum);
        if (stake == 0) return 0;
        (member.signer, member.consensusKey) = nodeRegistry.keysOf(member.operator);
        member.rolledAt = uint32(roll.epoch);
        if (roll.epoch % 2 == 0) member.stakeEven = uint96(stake);
        else member.stakeOdd = uint96(stake);
    }

    /// @return slot Its own, or a free one that nobody can still claim for, or 64. @return stake Zero
    /// if not eligible.
    function _slotFor(CheckpointStorage storage $, Roll memory roll, address operator)
        private
        view
        returns (uint256 slot, uint256 stake)
    {
        uint256 known = $.slots[operator];
        if (known != 0) {
            Member storage own = $.members[known - 1];
            if (own.weight != 0) return (known - 1, roll.stakes[known - 1]);
            if (own.leftAt == roll.epoch) {
                return (MAX_VALIDATORS, _eligibleStake(operator, roll.minimum));
            }
        }
        stake = _eligibleStake(operator, roll.minimum);
        if (known != 0) return (known - 1, stake);
        for (; slot < MAX_VALIDATORS; ++slot) {
            if (slot >= roll.slots) return (slot, stake);
            Member storage member = $.members[slot];
            if (member.weight == 0 && member.leftAt < roll.epoch) return (slot, stake);
        }
    }

    function _eligibleStake(address operator, uint256 minimum) private view returns (uint256) {
        if (!nodeRegistry.isActive(operator, VALIDATION)) return 0;
        uint256 stake = staking.collateralOf(operator);
        return stake < minimum ? 0 : stake;
    }
}
