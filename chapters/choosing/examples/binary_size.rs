//! The same hello three times, optimised and stripped. Watch the bytes.
use anyhow::{Context, Result, ensure};
use std::{env, ffi::OsStr, fs, process::Command};

const PROGRAMS: [&str; 3] = ["hello_plain", "hello_block_on", "hello_tokio"];

fn run<S: AsRef<OsStr>>(program: &str, args: &[S]) -> Result<()> {
    let ended = Command::new(program).args(args).status();
    let ended = ended.with_context(|| format!("failed to run `{program}`"))?;
    ensure!(ended.success(), "`{program}` failed: {ended}");
    Ok(())
}

fn main() -> Result<()> {
    let mut build =
        vec!["build", "--release", "--offline", "--workspace", "-q"];
    for program in PROGRAMS {
        build.extend(["--example", program]);
    }
    run("cargo", &build)?;

    let here = env::current_exe()?; // and the three are beside it
    let mut plain = None;
    for program in PROGRAMS {
        let whole = here.with_file_name(program);
        let stripped = whole.with_extension("stripped");
        let option = OsStr::new("-o");
        run("strip", &[option, stripped.as_os_str(), whole.as_os_str()])?;
        let bytes = fs::metadata(&stripped)?.len();
        let times = bytes as f64 / *plain.get_or_insert(bytes) as f64;
        println!("{program}: {} kB, {times:.1} times", bytes / 1000);
    }
    Ok(())
}
