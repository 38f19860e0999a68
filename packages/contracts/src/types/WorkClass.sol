// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev What a node can be paid for. A plain `uint8` instead of an enum, so that an unknown class
/// is answered with a named error instead of an empty revert, and signed types hash the same byte.

/// @dev Complex queries to the assistant.
uint8 constant QUERY = 0;
/// @dev Training and other AI/ML jobs.
uint8 constant COMPUTE = 1;
/// @dev Keeping datasets and models.
uint8 constant STORAGE = 2;
/// @dev Checking the chain's transactions.
uint8 constant VALIDATION = 3;
/// @dev Number of classes; loops over classes are bounded by it.
uint256 constant WORK_CLASSES = 4;
