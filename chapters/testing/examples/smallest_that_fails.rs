//! Random guests for a room of three. Watch how few steps are left.
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Lets in three at a time. It knows no clock and no task.
#[derive(Default)]
struct Door {
    inside: u32,
}

impl Door {
    fn enter(&mut self) -> bool {
        self.inside += 1;
        self.inside <= 3
    }

    fn leave(&mut self) {
        self.inside -= 1;
    }
}

/// A guest comes or goes, and each time a count says what is right.
fn right(steps: Vec<bool>) -> Result<(), TestCaseError> {
    let (mut door, mut inside) = (Door::default(), 0);
    for comes in steps {
        if comes {
            prop_assert_eq!(door.enter(), inside < 3);
            inside = 3.min(inside + 1);
        } else if inside > 0 {
            door.leave();
            inside -= 1;
        }
    }
    Ok(())
}

fn main() {
    let steps = prop::collection::vec(any::<bool>(), 0..100);
    let config = Config {
        failure_persistence: None, // no file of seeds
        ..Config::default()
    };
    let random = TestRunner::deterministic().new_rng();
    let mut runner = TestRunner::new_with_rng(config, random);
    println!("{}", runner.run(&steps, right).unwrap_err());
}
