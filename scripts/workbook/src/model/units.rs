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

/// A moment in seconds since 1970, as `2026-11-29 09:45 UTC`.
pub(crate) fn date(moment: f64) -> String {
    let minutes = (moment / 60.0) as i64;
    let (days, minute) = (minutes / 1440, minutes % 1440);
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let (mut year, mut day) = (1970, days);
    while day >= 365 + i64::from(is_leap(year)) {
        day -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + i64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    let (hour, minute) = (minute / 60, minute % 60);
    format!("{year}-{month:02}-{:02} {hour:02}:{minute:02} UTC", day + 1)
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
    fn a_moment_has_a_date() {
        for (moment, told) in [
            (0.0, "1970-01-01 00:00 UTC"),
            (951_782_399.0, "2000-02-28 23:59 UTC"),
            (951_782_400.0, "2000-02-29 00:00 UTC"),
            (1_798_761_599.0, "2026-12-31 23:59 UTC"),
        ] {
            assert_eq!(date(moment), told);
        }
    }

    #[test]
    fn things_are_counted_in_words() {
        assert_eq!(count(1, "problem"), "1 problem");
        assert_eq!(count(0, "problem"), "0 problems");
        assert_eq!(count(2, "process"), "2 processes");
    }
}
