//! The most threads that a program has had, told only where it has kept them for a while.

use std::time::Duration;

/// Who looks now and then sees only what lasts. A number that goes on rising, or that is there for an instant, may have
/// been larger between two looks; so the largest counts when this many looks in a row have seen it, over this time.
const LOOKS: u32 = 3;
const LASTS: Duration = Duration::from_micros(500);

#[derive(Debug, Default)]
pub struct Peak {
    highest: u64,
    /// When the looks began that have seen the highest one after the other, and how many they are.
    since: Duration,
    in_a_row: u32,
    has_lasted: bool,
}

impl Peak {
    /// Takes in what a look has seen so long after the start.
    pub fn see(&mut self, threads: u64, elapsed: Duration) {
        if threads < self.highest {
            self.in_a_row = 0;
            return;
        }
        if threads > self.highest {
            *self = Self {
                highest: threads,
                ..Self::default()
            };
        }
        if self.in_a_row == 0 {
            self.since = elapsed;
        }
        self.in_a_row += 1;
        self.has_lasted |= self.in_a_row >= LOOKS && elapsed.saturating_sub(self.since) >= LASTS;
    }

    /// The peak, where it is known.
    pub fn known(&self) -> Option<u64> {
        self.has_lasted.then_some(self.highest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is known of a program at which one looks every so many microseconds.
    fn peak(every: u64, seen: &[u64]) -> Option<u64> {
        let mut peak = Peak::default();
        for (threads, look) in seen.iter().zip(0..) {
            peak.see(*threads, Duration::from_micros(every * look));
        }
        peak.known()
    }

    #[test]
    fn a_peak_that_lasts_is_known() {
        assert_eq!(peak(250, &[1, 5, 9, 9, 9]), Some(9));
        assert_eq!(peak(250, &[1, 9, 9, 9, 4, 1]), Some(9));
        assert_eq!(peak(5_000, &[9, 1, 9, 9, 9]), Some(9));
    }

    #[test]
    fn one_that_is_seen_in_passing_is_not() {
        assert_eq!(peak(250, &[]), None);
        assert_eq!(peak(250, &[1, 7, 12, 19]), None);
        assert_eq!(peak(250, &[1, 19, 19]), None);
        // Nine for a while, and more for an instant: how many more, nobody saw.
        assert_eq!(peak(250, &[9, 9, 9, 9, 12, 9, 9, 9]), None);
        assert_eq!(peak(250, &[9, 8, 9, 8, 9, 8]), None);
    }

    #[test]
    fn looks_that_come_all_at_once_are_as_good_as_one() {
        assert_eq!(peak(50, &[9, 9, 9]), None);
    }
}
