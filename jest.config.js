/** Unit tests: no network, no Docker, no Terraform. The live suites have jest.live.config.js. */
module.exports = {
  testEnvironment: 'node',
  // By itself jest leaves one processor alone, and on two of them that is every other test.
  maxWorkers: '100%',
  // A busy machine is no failure; what a time limit should catch here is a test that hangs.
  testTimeout: 30_000,
  globalSetup: '<rootDir>/test/setup/temporary-folder.ts',
  globalTeardown: '<rootDir>/test/setup/remove-temporary-folder.ts',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/live/'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdktf.out/'],
  watchPathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdktf.out/'],
};
