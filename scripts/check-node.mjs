// Every root script starts here: the product needs the Node that the lockfile brings.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 11)) {
  console.error(
    `DDAI Network needs Node 24.11 or later, and this is ${process.versions.node}.\n` +
      'On Linux (x64, arm64) `npm ci` installs it from the lockfile; elsewhere install it from nodejs.org.',
  );
  process.exit(1);
}
