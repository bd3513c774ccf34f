//! Has only tests: of `chapters/little-runtime`, by loom and by proptest.
