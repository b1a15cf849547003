//! Opens the log and the database for a command.

use super::{Common, LogFormat, key};
use crate::{clock, secrets};
use anyhow::{Context, bail};
use data_encoding::HEXLOWER;
use domain::{
    Refusal,
    access::{Caller, Scope},
};
use std::{io::IsTerminal, path::PathBuf};
use store::{Act, Db, centers, sealed, sign_in::CodeKey, ticket_keys};
use ticket::SigningKey;
use tracing_subscriber::EnvFilter;

/// Starts the log, on standard error: standard output is for answers.
pub(super) fn log(common: &Common) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&common.log)
        .with_context(|| format!("--log {} is no filter", common.log))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match common.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

/// The file of a SQLite address.
pub(super) fn sqlite_file(url: &str) -> Option<PathBuf> {
    let path = url
        .strip_prefix("sqlite://")
        .or_else(|| url.strip_prefix("sqlite:"))?;
    let path = path.split('?').next().unwrap_or(path);
    (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
}

/// Opens the database, making the folder of a SQLite file where it is missing.
pub(super) async fn database(common: &Common) -> anyhow::Result<Db> {
    if let Some(folder) = sqlite_file(&common.database_url)
        .as_deref()
        .and_then(|f| f.parent())
        && !folder.as_os_str().is_empty()
    {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    }
    let opened = Db::open(&common.database_url, common.connections).await;
    let db = opened.with_context(
        || "the database cannot be opened: check DATABASE_URL (sqlite://PATH or postgres://…)",
    )?;
    key::held(common, db)
}

/// The same, where the tables must be there.
pub(super) async fn migrated(common: &Common) -> anyhow::Result<Db> {
    let db = database(common).await?;
    match db.is_migrated().await {
        Ok(true) => {
            key::fits(common, &db).await?;
            Ok(db)
        }
        Ok(false) => bail!("the database is older than this program: run `server migrate` first"),
        Err(error) => {
            tracing::debug!(%error, "the migrations cannot be read");
            bail!("the database has no tables yet: run `server migrate` (and `server seed`) first")
        }
    }
}

/// The act of a write by the operator.
pub(super) fn act() -> Act {
    Act::new(Caller::system(), clock::now(), secrets::ids())
}

/// Creates the first ticket key and the secret for sign-in codes if they are missing.
pub(super) async fn ensure_secrets(db: &Db) -> anyhow::Result<CodeKey> {
    let act = act();
    if ticket_keys::all(db).await?.is_empty() {
        add_ticket_key(db, &act, true).await?;
    }
    let fresh = HEXLOWER.encode(&act.ids.random::<32>());
    let secret = sealed::code_secret(db, &act, &fresh).await?;
    let secret = HEXLOWER
        .decode(secret.as_bytes())
        .context("the stored code_secret is damaged")?;
    Ok(CodeKey::new(&secret))
}

/// Adds a ticket key that signs from now on.
pub(super) async fn add_ticket_key(db: &Db, act: &Act, only_first: bool) -> anyhow::Result<()> {
    let seed = act.ids.random::<32>();
    // The number is the store's to choose; the public half does not depend on it.
    let public = SigningKey::from_seed(0, &seed).verifying_key().to_string();
    Ok(ticket_keys::add(db, act, HEXLOWER.encode(&seed), public, only_first).await?)
}

/// Reads a scope: `city`, or a district, subdistrict or center by code, a district or subdistrict
/// also by name.
pub(super) async fn scope(db: &Db, text: &str) -> anyhow::Result<Scope> {
    if let Ok(scope) = Scope::parse(text) {
        return Ok(scope);
    }
    let name = text
        .trim()
        .trim_start_matches("district:")
        .trim_start_matches("subdistrict:");
    let mut found: Vec<Scope> = Vec::new();
    for center in centers::all(db).await? {
        let district = center.district == name || center.district.strip_suffix('区') == Some(name);
        let scope = if district {
            Scope::District(center.district_code)
        } else if center.subdistrict == name
            || center.subdistrict.strip_suffix("街道") == Some(name)
        {
            Scope::Subdistrict(center.subdistrict_code)
        } else {
            continue;
        };
        if !found.contains(&scope) {
            found.push(scope);
        }
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => bail!("--scope {text}: no district, subdistrict or center is called that"),
        several => bail!("--scope {text} means several: {several:?}; give the code"),
    }
}

/// A refusal in words for the operator.
pub(super) fn told(error: store::Error) -> anyhow::Error {
    match error {
        store::Error::Refused(Refusal::Invalid { field, reason }) => {
            anyhow::anyhow!("{field}: {}", reason.as_str().replace('_', " "))
        }
        store::Error::Refused(refusal) => {
            let said = app::words::refusal(app::i18n::Locale::en, &refusal, clock::now());
            anyhow::anyhow!("{} {}", said.sentence, said.next)
        }
        other => other.into(),
    }
}
