//! An archive's entries, as bytes: the `ustar` format of POSIX ("pax Interchange Format"), which every `tar` unpacks,
//! that of Windows, too. The same files give the same bytes, whoever makes the archive and whenever.

/// An archive is written in pieces of this size.
const BLOCK: usize = 512;
/// Bytes of the longest name, and of the longest path to a folder before it.
const NAME: usize = 100;
const PREFIX: usize = 155;
/// In the eleven octal digits of its field.
const LARGEST: u64 = 0o77_777_777_777;

/// A file that goes into an archive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TarEntry<'a> {
    /// With `/` between its parts.
    pub(crate) path: &'a str,
    pub(crate) is_program: bool,
    /// In seconds since 1970.
    pub(crate) modified: u64,
    pub(crate) bytes: &'a [u8],
}

impl TarEntry<'_> {
    /// What stands before its bytes.
    pub(crate) fn header(&self) -> Vec<u8> {
        let mode = if self.is_program { 0o755 } else { 0o644 };
        let size = self.bytes.len() as u64;
        match split(self.path).filter(|_| self.path.is_ascii()) {
            Some((prefix, name)) => block(
                prefix.as_bytes(),
                name.as_bytes(),
                mode,
                size,
                self.modified,
                b'0',
            )
            .to_vec(),
            // The path stands in an entry of its own before the file's.
            None => {
                let record = record("path", self.path);
                let size_of_record = record.len() as u64;
                let mut header =
                    block(b"", b"path", 0o644, size_of_record, self.modified, b'x').to_vec();
                header.extend(&record);
                header.resize(header.len() + padding(record.len()), 0);
                header.extend(block(b"", b"file", mode, size, self.modified, b'0'));
                header
            }
        }
    }

    /// How many zeros stand after its bytes.
    pub(crate) fn padding(&self) -> usize {
        padding(self.bytes.len())
    }
}

/// What stands at the end of an archive.
pub(crate) const END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];

fn padding(length: usize) -> usize {
    length.next_multiple_of(BLOCK) - length
}

/// A path as it fits into a header: the folders, and the rest.
fn split(path: &str) -> Option<(&str, &str)> {
    if path.len() <= NAME {
        return Some(("", path));
    }
    let mut slashes = path.match_indices('/');
    let (at, _) = slashes.find(|(at, _)| path.len() - at - 1 <= NAME)?;
    (at <= PREFIX && at + 1 < path.len()).then(|| (&path[..at], &path[at + 1..]))
}

/// A line of an extended header: its own length, and what it says.
fn record(key: &str, value: &str) -> Vec<u8> {
    let rest = format!(" {key}={value}\n");
    let mut length = rest.len();
    // The digits count, too.
    while rest.len() + length.to_string().len() != length {
        length = rest.len() + length.to_string().len();
    }
    format!("{length}{rest}").into_bytes()
}

fn block(prefix: &[u8], name: &[u8], mode: u64, size: u64, modified: u64, kind: u8) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, name);
    put(100, format!("{mode:07o}").as_bytes());
    // Nobody's: who unpacks it owns it.
    put(108, b"0000000");
    put(116, b"0000000");
    put(124, format!("{:011o}", size.min(LARGEST)).as_bytes());
    put(136, format!("{:011o}", modified.min(LARGEST)).as_bytes());
    // Counts as spaces in its own sum.
    put(148, b"        ");
    put(156, &[kind]);
    put(257, b"ustar\x0000");
    put(329, b"0000000");
    put(337, b"0000000");
    put(345, prefix);
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str) -> TarEntry<'_> {
        TarEntry {
            path,
            is_program: false,
            modified: 1,
            bytes: b"tea",
        }
    }

    #[test]
    fn a_header_says_what_the_format_wants_where_it_wants_it() {
        let header = entry("kit/tea.rs").header();
        assert_eq!(header.len(), BLOCK);
        let field = |at: usize, length: usize| {
            let text = std::str::from_utf8(&header[at..at + length]).unwrap();
            text.trim_end_matches('\0').to_owned()
        };
        assert_eq!(field(0, 100), "kit/tea.rs");
        assert_eq!([field(100, 8), field(124, 12)], ["0000644", "00000000003"]);
        assert_eq!(field(136, 12), "00000000001");
        assert_eq!(field(156, 1), "0");
        assert_eq!(&header[257..265], b"ustar\x0000");
        let mut summed = header.clone();
        summed[148..156].fill(b' ');
        let sum: u32 = summed.iter().map(|byte| u32::from(*byte)).sum();
        assert_eq!(field(148, 6), format!("{sum:06o}"));
        assert_eq!(entry("kit/tea.rs").padding(), BLOCK - 3);
        let program = TarEntry {
            is_program: true,
            ..entry("kit/tea.sh")
        };
        assert_eq!(&program.header()[100..107], b"0000755");
    }

    #[test]
    fn a_long_path_is_split_between_two_of_its_parts() {
        let folder = "f".repeat(90);
        assert_eq!(split("a/b"), Some(("", "a/b")));
        let path = format!("{folder}/{}/c", "d".repeat(60));
        let (prefix, name) = split(&path).unwrap();
        assert_eq!((prefix.len(), name.len()), (90, 62));
        for path in [
            "n".repeat(101),
            format!("{folder}/{}", "n".repeat(101)),
            format!("{folder}/{folder}/{folder}"),
        ] {
            assert_eq!(split(&path), None, "{path}");
        }
    }

    #[test]
    fn a_path_that_fits_nowhere_stands_before_its_file() {
        for path in ["n".repeat(101), "kit/thé.rs".to_owned()] {
            let header = entry(&path).header();
            assert_eq!(header.len(), 3 * BLOCK);
            assert_eq!((header[156], header[2 * BLOCK + 156]), (b'x', b'0'));
            let said = format!(" path={path}\n");
            let at = header[BLOCK..]
                .iter()
                .position(|byte| *byte == b' ')
                .unwrap();
            assert!(header[BLOCK + at..].starts_with(said.as_bytes()));
        }
    }

    #[test]
    fn a_records_length_counts_its_own_digits() {
        for length in [1, 87, 88, 89, 90, 91, 92, 987, 988, 989, 990, 991] {
            let record = record("path", &"n".repeat(length));
            let text = String::from_utf8(record).unwrap();
            let (digits, _) = text.split_once(' ').unwrap();
            assert_eq!(digits.parse::<usize>().unwrap(), text.len());
        }
    }
}
