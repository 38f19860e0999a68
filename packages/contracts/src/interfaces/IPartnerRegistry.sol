// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Strategic partners: who applied, whom the DAO admitted, until when, under which terms
/// @notice A partner (a cloud provider, a gateway operator, a data partner) posts a bond with its
/// application, and the DAO admits it for a time, under terms whose hash both sides named. Partners
/// have no vote for being partners. What a partner forfeits is burned.
interface IPartnerRegistry {
    /// @dev `Ended` covers resigned, revoked and rejected: only the bond's way out is left.
    enum Status {
        None,
        Applied,
        Admitted,
        Ended
    }

    /// @param status What was decided last; an admission whose time is over still reads `Admitted`,
    /// see `isPartner`.
    /// @param bond Wei held.
    /// @param admittedUntil Unix seconds at which the admission expires, or expired.
    /// @param bondFreeAt Unix seconds from which the partner can take the bond back; zero while that
    /// is not decided.
    /// @param kind What it partners as, as ASCII: "cloud", "gateway", "data".
    /// @param termsHash keccak256 of the terms' text.
    /// @param name As it calls itself, at most 64 bytes.
    /// @param termsUrl Where the terms can be read, at most 256 bytes.
    struct Partner {
        Status status;
        uint256 bond;
        uint256 admittedUntil;
        uint256 bondFreeAt;
        bytes32 kind;
        bytes32 termsHash;
        string name;
        string termsUrl;
    }

    error PartnerRegistryZeroKind();
    error PartnerRegistryZeroTerms();
    error PartnerRegistryTextInvalid(bytes32 field, uint256 length, uint256 max);
    error PartnerRegistryBondTooLow(uint256 bond, uint256 min);
    error PartnerRegistryWrongStatus(address partner, Status status);
    error PartnerRegistryTermsDiffer(address partner, bytes32 applied, bytes32 named);
    error PartnerRegistryTermOutOfBounds(uint256 until, uint256 min, uint256 max);
    error PartnerRegistryNothingAdmitted(address partner);
    error PartnerRegistryBondHeld(address partner, uint256 freeAt);
    error PartnerRegistryNoBond(address partner);

    event Applied(
        address indexed partner,
        bytes32 indexed kind,
        bytes32 termsHash,
        uint256 bond,
        string name,
        string termsUrl
    );
    event Admitted(address indexed partner, bytes32 termsHash, uint256 until);
    event TermsProposed(address indexed partner, bytes32 termsHash, string termsUrl);
    event Renewed(address indexed partner, bytes32 termsHash, uint256 until);
    event Rejected(address indexed partner, string reason);
    event Resigned(address indexed partner, uint256 bondFreeAt);
    event Revoked(address indexed partner, bool forfeited, uint256 bond, string reason);
    event BondWithdrawn(address indexed partner, uint256 amount);
    event MinPartnerBondSet(uint256 amount);

    /// @notice Applies (`apply` is a reserved word of the language) with a bond, which the caller must have approved; an application that is still
    /// open, or one that ended and whose bond has left, is replaced. An open application's bond stays
    /// and `bond` is added to it.
    function applyAsPartner(
        bytes32 kind,
        bytes32 termsHash,
        uint256 bond,
        string calldata name,
        string calldata termsUrl
    ) external;

    /// @notice Takes an open application, or an admission, back. An applicant's bond is free at once,
    /// a partner's after the notice.
    function resign() external;

    /// @notice Proposes new terms for the next renewal; the terms in force stay until then.
    function proposeTerms(bytes32 termsHash, string calldata termsUrl) external;

    /// @notice The DAO admits an applicant under the very terms it applied with.
    function admit(address partner, bytes32 termsHash, uint256 until) external;

    /// @notice The DAO prolongs an admission, also within the notice after its end, under the terms in force or those that
    /// the partner proposed.
    function renew(address partner, bytes32 termsHash, uint256 until) external;

    /// @notice The DAO declines an application; its bond is free at once.
    function reject(address partner, string calldata reason) external;

    /// @notice The DAO ends an admission, also within the notice after its end. The bond is burned if
    /// `forfeit`, else free at once.
    function revoke(address partner, bool forfeit, string calldata reason) external;

    /// @notice Pays the caller's bond back once it is free.
    function withdrawBond() external returns (uint256 amount);

    function setMinPartnerBond(uint256 amount) external;

    function partner(address account) external view returns (Partner memory);

    /// @notice Terms that the partner proposed for its renewal; zero if none.
    function proposedTerms(address account)
        external
        view
        returns (bytes32 termsHash, string memory termsUrl);

    /// @notice Whether the account is admitted now.
    function isPartner(address account) external view returns (bool);

    function minPartnerBond() external view returns (uint256);

    /// @notice All bonds held, in wei.
    function totalPartnerBonds() external view returns (uint256);

    /// @notice Wei of forfeited bonds burned since deployment.
    function totalForfeited() external view returns (uint256);
}
