import js from '@eslint/js';
import globals from 'globals';

export default [
    js.configs.recommended,
    {
        languageOptions: { ecmaVersion: 2022, globals: globals.browser },
        linterOptions: { reportUnusedDisableDirectives: 'error' },
        rules: {
            eqeqeq: 'error',
            'no-implicit-coercion': ['error', { boolean: true, number: false, string: false }],
            'no-shadow': 'error',
            'no-unused-expressions': 'error',
            'no-unused-vars': ['error', { args: 'all', caughtErrors: 'all' }],
            'no-var': 'error',
            'object-shorthand': 'error',
            'prefer-const': 'error',
        },
    },
    { files: ['**/workbook.js', '**/present.js'], languageOptions: { sourceType: 'script' } },
];
