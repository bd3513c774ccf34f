//! What a program can need that a system of its kind may refuse all the same, and whether this one has it.

use std::fmt;
use std::sync::OnceLock;

/// What a manifest may ask for under `needs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Linux has it since 5.1. Many containers refuse it, and so may an administrator.
    IoUring,
}

/// Here it is missing: a list of needs, as they are named in a manifest. Who has it can so see the book as others do.
const WITHOUT: &str = "WORKBOOK_WITHOUT";

impl Need {
    pub(crate) const ALL: [Self; 1] = [Self::IoUring];

    /// As it is named in a manifest.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::IoUring => "io_uring",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|need| need.name() == name)
    }

    /// Why this system does not have it; `None` where it does. It is tried once.
    pub(crate) fn refusal(self) -> Option<&'static str> {
        static IO_URING: OnceLock<Option<String>> = OnceLock::new();
        let tried = match self {
            Self::IoUring => &IO_URING,
        };
        tried.get_or_init(|| self.try_it().err()).as_deref()
    }

    fn try_it(self) -> Result<(), String> {
        if std::env::var(WITHOUT).is_ok_and(|names| is_named(self, &names)) {
            return Err(format!("`{WITHOUT}` names it"));
        }
        match self {
            Self::IoUring => make_a_ring(),
        }
    }
}

fn is_named(need: Need, names: &str) -> bool {
    names.split(',').any(|name| name.trim() == need.name())
}

/// A container that refuses it, or a kernel without it, is found by asking, and in no other way.
#[cfg(target_os = "linux")]
fn make_a_ring() -> Result<(), String> {
    match io_uring::IoUring::new(2) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("the system says: {error}")),
    }
}

#[cfg(not(target_os = "linux"))]
fn make_a_ring() -> Result<(), String> {
    Err("only Linux has it".to_owned())
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_missing_is_named_in_a_list() {
        for names in ["io_uring", "kvm, io_uring"] {
            assert!(is_named(Need::IoUring, names), "{names}");
        }
        for names in ["", "io_urin", "io_uring2,"] {
            assert!(!is_named(Need::IoUring, names), "{names}");
        }
    }
}
