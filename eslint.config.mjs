import tseslint from 'typescript-eslint';

const wholeProvider = {
  regex: '^@cdktf/provider-[^/]+(/index|/lib|/lib/index)?$',
  message:
    'Import provider classes one by one (@cdktf/provider-aws/lib/vpc): the whole package costs seconds and hundreds of megabytes.',
};

export default tseslint.config(
  { ignores: ['dist/', 'cdktf.out/', 'node_modules/', '**/*.js', '**/fixtures/**'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [wholeProvider] }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Name what is exported, one by one.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
      ],
      eqeqeq: 'error',
    },
  },
  { files: ['**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
);
