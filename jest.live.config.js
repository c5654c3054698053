/**
 * Live suites: a real Docker Engine, real Terraform providers, real packets. Each has namespaces, engines and folders of
 * its own and waits most of the time, for Terraform and for packets that nobody answers: so two run side by side.
 */
const unit = require('./jest.config.js');

module.exports = {
  ...unit,
  testPathIgnorePatterns: ['/node_modules/'],
  roots: ['<rootDir>/test/live'],
  globalSetup: '<rootDir>/test/live/machine/prepare.ts',
  globalTeardown: '<rootDir>/test/live/machine/clear-up.ts',
  maxWorkers: 2,
  testTimeout: 900_000,
};
