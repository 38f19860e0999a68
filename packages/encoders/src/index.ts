export { type BundledEncoder, createBundledEncoder, importPackages } from './bundled-encoder.ts';
export { createEndpointEncoder, type EncoderEndpoint } from './endpoint-encoder.ts';
export { type EncoderSettings, parseEncoders } from './parse-encoders.ts';
