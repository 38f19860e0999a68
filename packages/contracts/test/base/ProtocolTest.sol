// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DDAIToken} from "../../src/DDAIToken.sol";
import {DeterministicFactory} from "../../src/DeterministicFactory.sol";
import {EscrowBase} from "../../src/escrow/EscrowBase.sol";
import {EmissionsBase} from "../../src/emissions/EmissionsBase.sol";
import {EmissionsController} from "../../src/EmissionsController.sol";
import {FeatureTiers} from "../../src/FeatureTiers.sol";
import {NodeRegistry} from "../../src/NodeRegistry.sol";
import {PaymentsEscrow} from "../../src/PaymentsEscrow.sol";
import {ProtocolRegistry} from "../../src/ProtocolRegistry.sol";
import {Proxy} from "../../src/Proxy.sol";
import {Staking} from "../../src/Staking.sol";
import {DDAIGovernor} from "../../src/governance/DDAIGovernor.sol";
import {DDAITimelock} from "../../src/governance/DDAITimelock.sol";
import {IEmissionsController} from "../../src/interfaces/IEmissionsController.sol";
import {IFeatureTiers} from "../../src/interfaces/IFeatureTiers.sol";
import {INodeRegistry} from "../../src/interfaces/INodeRegistry.sol";
import {IPaymentsEscrow} from "../../src/interfaces/IPaymentsEscrow.sol";
import {IProtocolRegistry} from "../../src/interfaces/IProtocolRegistry.sol";
import {IStaking} from "../../src/interfaces/IStaking.sol";
import {TierTable} from "../../src/libraries/TierTable.sol";
import {Voucher} from "../../src/types/Voucher.sol";
import {SignedVoucher, split} from "./SignedVouchers.sol";
import {Test} from "./Test.sol";
import {vm} from "./Vm.sol";

/// @dev The whole protocol with main-network parameters, deployed the way `deploy/` does it, and
/// the moves that tests make with it.
abstract contract ProtocolTest is Test {
    uint256 internal constant UNIT = 1 days;
    uint256 internal constant EPOCH = 1 days;
    uint256 internal constant STAKE_THAW = 14 days;
    uint256 internal constant PAYER_THAW = 7 days;
    uint256 internal constant MATURITY = 7 days;
    uint256 internal constant FEE_BPS = 500;
    uint256 internal constant BURN_BPS = 8_000;
    uint256 internal constant MIN_QUERY = 10_000e18;
    uint256 internal constant MIN_COMPUTE = 25_000e18;
    uint256 internal constant MIN_STORAGE = 25_000e18;
    uint256 internal constant MIN_VALIDATION = 100_000e18;
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant REPORTER_BPS = 1_000;

    DeterministicFactory internal factory;
    DDAIToken internal token;
    DDAITimelock internal timelock;
    DDAIGovernor internal governor;
    Staking internal staking;
    NodeRegistry internal nodeRegistry;
    PaymentsEscrow internal escrow;
    EmissionsController internal emissions;
    FeatureTiers internal featureTiers;
    ProtocolRegistry internal protocolRegistry;

    address internal market = address(0x3a12e7);
    address internal guardian = address(0x64a2d1a);
    address internal treasury = address(0x72ea5);
    /// @dev Stands for the dispute contracts of a later issue.
    address internal verifier = address(0x7e21f1e2);

    uint256 internal constant GATEWAY_KEY = 0x6a7e;
    address internal gateway = vm.addr(GATEWAY_KEY);

    function setUp() public virtual {
        vm.warp(START);
        deployProtocol();
    }

    function deployProtocol() internal {
        factory = new DeterministicFactory();
        token = DDAIToken(_at("token"));
        timelock = DDAITimelock(payable(_at("timelock")));
        governor = DDAIGovernor(payable(_at("governor")));
        staking = Staking(_at("staking"));
        nodeRegistry = NodeRegistry(_at("nodeRegistry"));
        escrow = PaymentsEscrow(_at("escrow"));
        emissions = EmissionsController(_at("emissions"));
        featureTiers = FeatureTiers(_at("featureTiers"));
        protocolRegistry = ProtocolRegistry(_at("protocolRegistry"));

        _deployStaking();
        _deployGovernance();
        _deployEscrow();
        _deployEmissions();
        _deployRegistries();
        _deployToken();
    }

    function fund(address account, uint256 amount) internal {
        vm.prank(market);
        token.transfer(account, amount);
    }

    function stakeFor(address account, uint256 amount) internal {
        fund(account, amount);
        vm.startPrank(account);
        token.approve(address(staking), type(uint256).max);
        staking.stake(amount);
        vm.stopPrank();
    }

    function lockFor(address account, uint256 amount) internal {
        fund(account, amount);
        vm.startPrank(account);
        token.approve(address(staking), type(uint256).max);
        staking.lock(amount);
        vm.stopPrank();
    }

    function depositFor(address payer, uint256 amount) internal {
        fund(payer, amount);
        vm.startPrank(payer);
        token.approve(address(escrow), type(uint256).max);
        escrow.deposit(payer, amount);
        vm.stopPrank();
    }

    function authorize(address payer, address signer) internal {
        vm.prank(payer);
        escrow.authorizeSigner(
            signer, 1_000_000_000e18, 1_000_000_000e18, block.timestamp + 365 days
        );
    }

    function registerNode(address operator, uint256 signerKey, uint8 classes) internal {
        address signer = vm.addr(signerKey);
        bytes32 digest =
            nodeRegistry.signerProofDigest(operator, signer, nodeRegistry.signerNonce(operator));
        INodeRegistry.Registration memory registration = INodeRegistry.Registration({
            classes: classes,
            capacity: 8,
            signer: signer,
            payout: operator,
            consensusKey: bytes32(uint256(uint160(operator))),
            endpoint: "",
            signature: sign(signerKey, digest)
        });
        vm.prank(operator);
        nodeRegistry.register(registration);
    }

    function sign(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function voucher(
        address payer,
        uint256 signerKey,
        address node,
        uint8 workClass,
        uint256 cumulative
    ) internal view returns (SignedVoucher memory signed) {
        signed.voucher = Voucher(payer, vm.addr(signerKey), node, workClass, uint128(cumulative));
        signed.signature = sign(signerKey, escrow.voucherDigest(signed.voucher));
    }

    function collect(SignedVoucher memory signed) internal returns (uint256 net, uint256 fee) {
        return escrow.collect(signed.voucher, signed.signature);
    }

    function collectMany(SignedVoucher[] memory batch) internal returns (uint256 net, uint256 fee) {
        (Voucher[] memory vouchers, bytes memory signatures) = split(batch);
        return escrow.collectMany(vouchers, signatures);
    }

    function feeOf(uint256 net) internal pure returns (uint256) {
        return (net * FEE_BPS + 9_999) / 10_000;
    }

    /// @dev A payer with money and an authorised gateway, and a staked node.
    function openAccount(address payer, address node) internal {
        depositFor(payer, 1_000_000e18);
        authorize(payer, gateway);
        stakeFor(node, MIN_COMPUTE);
    }

    function registerVerifier(uint128 maxSlash, bool mayConvict) internal {
        IStaking.VerifierTerms memory terms = IStaking.VerifierTerms(maxSlash, mayConvict);
        vm.prank(address(timelock));
        staking.announceVerifier(verifier, terms);
        vm.warp(block.timestamp + 21 * UNIT);
        vm.prank(address(timelock));
        staking.registerVerifier(verifier, terms);
    }

    function slashRequest(address node, uint256 amount, address reporter, bool convict)
        internal
        pure
        returns (IStaking.Slash memory)
    {
        return IStaking.Slash({
            node: node,
            amount: amount,
            reporter: reporter,
            unfreeze: 0,
            convict: convict,
            evidence: keccak256("evidence")
        });
    }

    function defaultTiers() internal pure returns (IFeatureTiers.Tier[] memory tiers) {
        tiers = new IFeatureTiers.Tier[](4);
        tiers[0] = IFeatureTiers.Tier(1_000e18, 500);
        tiers[1] = IFeatureTiers.Tier(10_000e18, 1_000);
        tiers[2] = IFeatureTiers.Tier(100_000e18, 2_000);
        tiers[3] = IFeatureTiers.Tier(1_000_000e18, 4_000);
    }

    function defaultCorridor() internal pure returns (IEmissionsController.Corridor memory) {
        return IEmissionsController.Corridor({
            min: [uint16(1_000), 1_000, 500, 500],
            max: [uint16(6_000), 6_000, 4_000, 4_000],
            step: 500
        });
    }

    function initialVerifiers() internal virtual returns (Staking.InitialVerifier[] memory) {
        return new Staking.InitialVerifier[](0);
    }

    /// @dev Who pays for proven work in the escrow, by work class.
    function payingSources() internal virtual returns (address[4] memory sources) {}

    /// @dev Who accrues bonded units, by work class.
    function bondedSources() internal virtual returns (address[4] memory sources) {}

    function bondedYield() internal virtual returns (uint256) {
        return 0;
    }

    function _deployGovernance() private {
        _deploy(
            "timelock",
            abi.encodePacked(
                type(DDAITimelock).creationCode, abi.encode(2 * UNIT, UNIT, address(governor))
            )
        );
        DDAIGovernor.Settings memory settings = DDAIGovernor.Settings(
            uint48(UNIT), uint32(7 * UNIT), 1_000_000e18, 4, uint48(2 * UNIT)
        );
        _deploy(
            "governor",
            abi.encodePacked(
                type(DDAIGovernor).creationCode,
                abi.encode(address(staking), address(timelock), UNIT, settings)
            )
        );
    }

    function _deployStaking() private {
        Staking implementation =
            new Staking(token, escrow, protocolRegistry, address(timelock), UNIT, STAKE_THAW);
        _proxy(
            "staking",
            address(implementation),
            abi.encodeCall(Staking.initialize, (REPORTER_BPS, initialVerifiers()))
        );
    }

    function _deployEscrow() private {
        PaymentsEscrow implementation = new PaymentsEscrow(
            EscrowBase.Immutables({
                token: token,
                staking: staking,
                nodeRegistry: nodeRegistry,
                emissions: emissions,
                featureTiers: address(featureTiers),
                protocolRegistry: protocolRegistry,
                timelock: address(timelock),
                timeUnit: UNIT,
                payerThawPeriod: PAYER_THAW,
                earningsMaturity: MATURITY
            })
        );
        IFeatureTiers.Tier[] memory tiers = defaultTiers();
        uint256 table = 0;
        for (uint256 i = 0; i < tiers.length; ++i) {
            table = TierTable.pack(table, i, tiers[i].lock, tiers[i].discountBps);
        }
        PaymentsEscrow.Settings memory settings = PaymentsEscrow.Settings({
            feeBps: FEE_BPS,
            burnShareBps: BURN_BPS,
            minimumStakes: [MIN_QUERY, MIN_COMPUTE, MIN_STORAGE, MIN_VALIDATION],
            tierTable: table,
            treasury: treasury,
            workSources: payingSources()
        });
        _proxy(
            "escrow", address(implementation), abi.encodeCall(PaymentsEscrow.initialize, (settings))
        );
    }

    function _deployEmissions() private {
        EmissionsController implementation = new EmissionsController(
            EmissionsBase.Immutables({
                token: token,
                escrow: address(escrow),
                nodeRegistry: address(nodeRegistry),
                votes: staking,
                timelock: address(timelock),
                timeUnit: UNIT,
                epochLength: EPOCH
            })
        );
        EmissionsController.Settings memory settings = EmissionsController.Settings({
            weights: [uint16(3_500), 3_500, 1_500, 1_500],
            corridor: defaultCorridor(),
            bondedShares: [uint16(0), 0, 5_000, 5_000],
            stream: 0,
            workSources: bondedSources(),
            bondedYieldPpb: bondedYield()
        });
        _proxy(
            "emissions",
            address(implementation),
            abi.encodeCall(EmissionsController.initialize, (settings))
        );
    }

    function _deployRegistries() private {
        _proxy(
            "nodeRegistry",
            address(new NodeRegistry(staking, escrow, emissions, address(timelock), UNIT)),
            abi.encodeCall(NodeRegistry.initialize, ())
        );
        _proxy(
            "featureTiers",
            address(new FeatureTiers(staking, escrow, address(timelock), UNIT)),
            abi.encodeCall(FeatureTiers.initialize, (defaultTiers()))
        );
        _proxy(
            "protocolRegistry",
            address(new ProtocolRegistry(token, address(timelock), UNIT)),
            abi.encodeCall(ProtocolRegistry.initialize, (guardian, 10_000e18))
        );
    }

    function _deployToken() private {
        address[] memory holders = new address[](2);
        uint256[] memory amounts = new uint256[](2);
        (holders[0], amounts[0]) = (address(emissions), 6_000_000_000e18);
        (holders[1], amounts[1]) = (market, 4_000_000_000e18);
        _deploy(
            "token", abi.encodePacked(type(DDAIToken).creationCode, abi.encode(holders, amounts))
        );
    }

    function _proxy(bytes32 salt, address implementation, bytes memory data) internal {
        _deploy(salt, abi.encodePacked(type(Proxy).creationCode, abi.encode(implementation, data)));
    }

    function _deploy(bytes32 salt, bytes memory initCode) private {
        factory.deploy(salt, initCode);
    }

    function _at(bytes32 salt) internal view returns (address) {
        return factory.addressOf(address(this), salt);
    }
}
