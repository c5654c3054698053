/** Live suites: a real Docker Engine, real Terraform providers, real packets. One worker: they share one machine. */
const unit = require('./jest.config.js');

module.exports = {
  ...unit,
  testPathIgnorePatterns: ['/node_modules/'],
  roots: ['<rootDir>/test/live'],
  globalSetup: '<rootDir>/test/live/machine/prepare.ts',
  globalTeardown: '<rootDir>/test/live/machine/clear-up.ts',
  maxWorkers: 1,
  testTimeout: 900_000,
};
