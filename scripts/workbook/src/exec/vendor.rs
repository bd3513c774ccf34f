//! Gathers the crates that a book is built of into one folder, by `cargo vendor`, and says what cargo has to be told to
//! take them from there.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use toml::{Table, Value};

/// Where cargo is told to take crates from, in its configuration.
const SOURCE: &str = "source";

/// Puts every crate into `folder` that a build of one of these packages needs, on any system: those of the lock files
/// beside their manifests. Returns what cargo's configuration must say then, with `told` for the folder; none where no
/// crate is needed.
///
/// # Errors
/// Where cargo cannot do it, with its own words and the cure.
pub(crate) fn vendor(
    root: &Path,
    manifests: &[&str],
    folder: &Path,
    told: &str,
) -> Result<Option<Table>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(cargo);
    // From where this machine has them, where that is not the usual place.
    cargo.args(["vendor", "--locked", "--respect-source-config"]);
    let (first, others) = manifests.split_first().context("there is no manifest")?;
    cargo.arg("--manifest-path").arg(root.join(first));
    for other in others {
        cargo.arg("--sync").arg(root.join(other));
    }
    let output = cargo.arg(folder).current_dir(root).output();
    let output = output.context("failed to start cargo")?;
    let words =
        String::from_utf8_lossy(&output.stderr).replace(&format!("{}/", root.display()), "");
    if !output.status.success() {
        // What it has gathered before is not worth a line each.
        let words = words.lines().map(str::trim_end);
        let words = words.filter(|line| !line.trim_start().starts_with("Vendoring "));
        let words: Vec<_> = words.collect();
        let words = words.join("\n");
        bail!(
            "cargo could not gather the crates ({}):\n\n{}\n\n  help: {}",
            output.status,
            words.trim_end(),
            help(&words, manifests)
        );
    }
    if !folder.is_dir() {
        return Ok(None);
    }
    let config = String::from_utf8(output.stdout).context("cargo does not speak UTF-8")?;
    let mut config: Table = config
        .parse()
        .context("cargo does not say how to use the crates that it has gathered")?;
    let sources = config.get_mut(SOURCE).and_then(Value::as_table_mut);
    for (_, source) in sources.into_iter().flat_map(Table::iter_mut) {
        if let Some(directory) = source.get_mut("directory") {
            *directory = Value::String(told.to_owned());
        }
    }
    Ok(Some(config))
}

fn help(words: &str, manifests: &[&str]) -> String {
    if words.contains("lock file") {
        return "run `cargo metadata` beside each `Cargo.toml` that was changed, and commit its `Cargo.lock`".into();
    }
    let fetch = |manifest: &&str| format!("`cargo fetch --locked --manifest-path {manifest}`");
    let fetch: Vec<_> = manifests.iter().map(fetch).collect();
    let fetch = fetch.join(" and ");
    format!(
        "where a crate is missing, run {fetch} while there is a network, and make the kit again"
    )
}

/// The text of a configuration with `more` at its end.
///
/// # Errors
/// Where it says already where crates are taken from.
pub(crate) fn merged(config: &str, more: &Table) -> Result<String> {
    let own: Table = config
        .parse()
        .context("failed to read cargo's configuration")?;
    ensure!(
        !own.contains_key(SOURCE),
        "it says itself where crates are taken from: the kit could not say another place"
    );
    let more = toml::to_string(more)?;
    let about = "# All crates are in this folder: no network is asked for one.";
    let config = config.trim_end();
    let gap = if config.is_empty() { "" } else { "\n\n" };
    let merged = format!("{config}{gap}{about}\n{more}");
    merged
        .parse::<Table>()
        .context("failed to say where the crates are")?;
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Table {
        let text =
            "[source.crates-io]\nreplace-with = \"kit\"\n\n[source.kit]\ndirectory = \"vendor\"\n";
        text.parse().unwrap()
    }

    #[test]
    fn a_configuration_keeps_all_that_it_says() {
        let own = "# Ours.\n[alias]\nworkbook = \"run\"\n";
        let text = merged(own, &source()).unwrap();
        assert!(
            text.starts_with("# Ours.\n[alias]\nworkbook = \"run\"\n\n#"),
            "{text}"
        );
        let table: Table = text.parse().unwrap();
        assert_eq!(table["alias"]["workbook"].as_str(), Some("run"));
        assert_eq!(table["source"]["kit"]["directory"].as_str(), Some("vendor"));
        assert_eq!(
            table["source"]["crates-io"]["replace-with"].as_str(),
            Some("kit")
        );
        assert!(merged("", &source()).unwrap().starts_with("# All crates"));
    }

    #[test]
    fn a_configuration_that_cannot_be_merged_is_refused() {
        for own in [
            "[source.crates-io]\nreplace-with = \"mirror\"\n",
            "[source.mirror]\nregistry = \"https://example.com\"\n",
            "[alias\n",
        ] {
            assert!(merged(own, &source()).is_err(), "{own}");
        }
    }
}
