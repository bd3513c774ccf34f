//! Figures, rounded for reading, each with its unit.

/// Seconds, rounded for reading.
pub(crate) fn seconds(value: f64) -> String {
    if value >= 99.95 {
        format!("{value:.0} s")
    } else if value >= 9.995 {
        format!("{value:.1} s")
    } else if value >= 0.9995 {
        format!("{value:.2} s")
    } else if value >= 0.0095 {
        format!("{:.0} ms", value * 1e3)
    } else if value >= 0.000_95 {
        format!("{:.1} ms", value * 1e3)
    } else {
        format!("{:.0} µs", value * 1e6)
    }
}

/// Bytes in decimal units, rounded for reading.
pub(crate) fn bytes(value: f64) -> String {
    if value >= 9.95e8 {
        format!("{:.1} GB", value / 1e9)
    } else if value >= 9.95e6 {
        format!("{:.0} MB", value / 1e6)
    } else if value >= 1e6 {
        format!("{:.1} MB", value / 1e6)
    } else if value >= 1e3 {
        format!("{:.0} kB", value / 1e3)
    } else {
        format!("{value:.0} B")
    }
}

/// `1,234,567`.
pub(crate) fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 problem`, `3 problems`, `2 processes`.
pub(crate) fn count(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        n if noun.ends_with('s') => format!("{n} {noun}es"),
        n => format!("{n} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_rounded_for_reading() {
        assert_eq!(seconds(1.0032), "1.00 s");
        assert_eq!(seconds(10.004), "10.0 s");
        assert_eq!(seconds(0.9996), "1.00 s");
        assert_eq!(seconds(0.012), "12 ms");
        assert_eq!(seconds(0.0012), "1.2 ms");
        assert_eq!(seconds(0.000_04), "40 µs");
        assert_eq!(bytes(3_145_728.0), "3.1 MB");
        assert_eq!(bytes(312.4e6), "312 MB");
        assert_eq!(bytes(900.0), "900 B");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(12), "12");
    }

    #[test]
    fn things_are_counted_in_words() {
        assert_eq!(count(1, "problem"), "1 problem");
        assert_eq!(count(0, "problem"), "0 problems");
        assert_eq!(count(2, "process"), "2 processes");
    }
}
