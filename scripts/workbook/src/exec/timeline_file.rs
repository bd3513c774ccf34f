//! The file that a program writes its timeline to. The program can put anything in its place.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

/// The beginning of the file, of so many bytes at most. It is read where this may take a while.
///
/// # Errors
/// Where there is no such file, and where it is no file: of a pipe or a device the end never comes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<String> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // To open a pipe would wait for who writes to it.
        let flags = nix::fcntl::OFlag::O_NONBLOCK | nix::fcntl::OFlag::O_NOFOLLOW;
        options.custom_flags(flags.bits());
    }
    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        let words = "the program has put something else in the place of its file";
        return Err(Error::new(ErrorKind::InvalidData, words));
    }
    let mut text = Vec::new();
    file.take(limit).read_to_end(&mut text)?;
    Ok(String::from_utf8(text)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("timeline");
        std::fs::write(&path, "tea \u{fffd}").unwrap();
        assert_eq!(read(&path, 100).unwrap(), "tea \u{fffd}");
        assert_eq!(read(&path, 3).unwrap(), "tea");
        let file = File::options().write(true).open(&path).unwrap();
        file.set_len(10 << 30).unwrap();
        assert_eq!(read(&path, 1 << 10).unwrap().len(), 1 << 10);
    }

    #[test]
    fn what_is_no_file_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("timeline");
        assert_eq!(read(&path, 100).unwrap_err().kind(), ErrorKind::NotFound);
        std::fs::create_dir(&path).unwrap();
        assert!(read(&path, 100).is_err());
        std::fs::remove_dir(&path).unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
            assert!(read(&path, 100).is_err());
            assert!(read(Path::new("/dev/zero"), 100).is_err());
            std::fs::remove_file(&path).unwrap();
            nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
            assert!(read(&path, 100).is_err());
        }
    }
}
