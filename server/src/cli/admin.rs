//! The operator's commands. Results go to standard output, notes to standard error.
#![expect(
    clippy::print_stdout,
    reason = "standard output is how a command answers"
)]

use super::{
    Common, TokenWish, Wanted,
    held::Held,
    key,
    open::{act, add_ticket_key, database, ensure_secrets, migrated, scope, sqlite_file, told},
};
use crate::secrets;
use anyhow::{Context, bail};
use domain::{
    access::{Caller, Grant, Role, Scope},
    holiday::{self, News},
    id::TokenId,
    person::{PersonName, Phone},
};
use std::{io::Read, path::Path};
use store::{
    centers::{self, Origin, RowOutcome},
    holidays,
    staff::{self, NewStaff, TimedGrant},
    ticket_keys,
    tokens::{self, NewToken},
};

pub(super) async fn migrate(common: &Common) -> anyhow::Result<()> {
    // SQLite has no lock that would keep two of these apart; PostgreSQL's migrations take one.
    let _turn = match sqlite_file(&common.database_url) {
        Some(file) => Some(Held::turn(&file)?),
        None => None,
    };
    let db = database(common).await?;
    store::migrate(&db).await?;
    let db = key::ready(common, db).await?;
    ensure_secrets(&db).await?;
    db.close().await;
    eprintln!("The database is up to date.");
    Ok(())
}

/// The text of a file as spreadsheets save it.
fn text_of(file: &Path) -> anyhow::Result<String> {
    let bytes =
        std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    gazetteer::data::decode(&bytes)
        .with_context(|| format!("{} is neither UTF-8, UTF-16 nor GB18030", file.display()))
}

pub(super) async fn import_holidays(
    common: &Common,
    file: &Path,
    dry_run: bool,
) -> anyhow::Result<()> {
    let read = holiday::read(&text_of(file)?).map_err(|refusal| told(refusal.into()))?;
    let db = migrated(common).await?;
    let known = holidays::notices(&db).await.map_err(told)?;
    let own = known.iter().find(|view| view.notice.year == read.year);
    let there = own.map(|view| view.notice.days.as_slice());
    for (row, news) in read
        .rows
        .iter()
        .zip(holiday::compare(there.unwrap_or_default(), &read))
    {
        match news {
            News::New => println!("create {}", row.written),
            News::Changed { .. } => println!("update {}", row.written),
            News::Same => {}
            News::Wrong(wrong) => println!("error row {}, {}: {wrong:?}", row.number, row.written),
        }
    }
    let notice = read
        .notice()
        .context("nothing is imported while a row cannot be used")?;
    if !dry_run {
        let done = holidays::import(&db, &act(), notice).await.map_err(told)?;
        eprintln!(
            "{}: {} created, {} updated, {} as they were.",
            read.year, done.new, done.changed, done.same
        );
    }
    db.close().await;
    Ok(())
}

pub(super) async fn import_centers(
    common: &Common,
    file: &Path,
    dry_run: bool,
) -> anyhow::Result<()> {
    let text = text_of(file)?;
    let db = migrated(common).await?;
    let rows = gazetteer::data::parse_centers(&text);
    let report = centers::import(&db, &act(), rows, Origin::City, dry_run)
        .await
        .map_err(told)?;
    for row in &report.rows {
        match row {
            RowOutcome::Created { id } => println!("create {id}"),
            RowOutcome::Updated { id, columns } => println!("update {id}: {}", columns.join(", ")),
            RowOutcome::Skipped { .. } => {}
            RowOutcome::Failed { error } => println!("error {error}"),
        }
    }
    let verb = if dry_run { "would be " } else { "" };
    eprintln!(
        "{} {verb}created, {} {verb}updated, {} as they were, {} with errors.",
        report.created(),
        report.updated(),
        report.skipped(),
        report.failed(),
    );
    db.close().await;
    if report.failed() > 0 {
        bail!("{} rows cannot be used", report.failed());
    }
    Ok(())
}

pub(super) struct NewMember {
    pub(super) username: String,
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) scope: String,
    pub(super) password_stdin: bool,
}

pub(super) async fn add_staff(common: &Common, new: NewMember) -> anyhow::Result<()> {
    let db = migrated(common).await?;
    let act = act();
    let password = if new.password_stdin {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("no password on standard input")?;
        text.trim_end_matches(['\r', '\n']).to_owned()
    } else {
        secrets::random_password(&act.ids)
    };
    let member = NewStaff {
        name: PersonName::parse(&new.name).map_err(|r| told(r.into()))?,
        password_hash: secrets::hash_password(&password, &act.ids)?,
        grants: vec![TimedGrant::for_good(Grant {
            role: new.role,
            scope: scope(&db, &new.scope).await?,
        })],
        username: new.username,
        demo: false,
    };
    match new.password_stdin {
        true => staff::add(&db, &act, member).await,
        false => staff::create(&db, &act, member).await,
    }
    .map_err(told)?;
    db.close().await;
    if !new.password_stdin {
        eprintln!("The first password, shown this once; they choose their own when they sign in:");
        println!("{password}");
    }
    Ok(())
}

pub(super) async fn create_token(common: &Common, wish: TokenWish) -> anyhow::Result<()> {
    let TokenWish {
        role: Wanted { role, volunteers },
        scope: wanted,
        account,
        staff,
        label,
    } = wish;
    let db = migrated(common).await?;
    let scope = match (wanted, role) {
        (Some(text), _) => scope(&db, &text).await?,
        (None, Role::Resident | Role::CitySupervisor | Role::Admin) => Scope::City,
        (None, _) => {
            bail!("--scope is missing: a center's code, a district, a subdistrict or city")
        }
    };
    let account = account.as_deref().map(Phone::parse).transpose();
    let account = account.map_err(|_| anyhow::anyhow!("--account is no telephone number"))?;
    let act = act();
    let secret = secrets::new_token_secret(&act.ids);
    let said = format!("{role}, {scope}");
    let new = NewToken {
        label,
        role,
        scope,
        account,
        volunteers,
        staff,
    };
    let id = tokens::create(&db, &act, new, &secret)
        .await
        .map_err(told)?;
    db.close().await;
    eprintln!("Token {id} ({said}), shown this once:");
    println!("{secret}");
    Ok(())
}

pub(super) async fn list_tokens(common: &Common) -> anyhow::Result<()> {
    let db = migrated(common).await?;
    println!("id\trole\tscope\tlabel\tcreated\tlast used\trevoked");
    for token in tokens::list(&db, &Caller::system()).await? {
        let at = |time: Option<domain::time::Timestamp>| {
            time.map_or_else(|| "-".to_owned(), domain::time::Timestamp::rfc3339)
        };
        println!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{}",
            token.id,
            token.role,
            token.scope,
            token.label,
            token.created_at.rfc3339(),
            at(token.last_used_at),
            at(token.revoked_at),
        );
    }
    db.close().await;
    Ok(())
}

pub(super) async fn revoke_token(common: &Common, id: &str) -> anyhow::Result<()> {
    let id: TokenId = id
        .parse()
        .map_err(|_| anyhow::anyhow!("{id} is no id of a token"))?;
    let db = migrated(common).await?;
    tokens::revoke(&db, &act(), id).await.map_err(told)?;
    db.close().await;
    eprintln!("Revoked.");
    Ok(())
}

pub(super) async fn unlock_staff(common: &Common, username: &str) -> anyhow::Result<()> {
    let db = migrated(common).await?;
    staff::unlock(&db, &act(), username).await.map_err(told)?;
    db.close().await;
    eprintln!("{username} can sign in again.");
    Ok(())
}

pub(super) async fn grade_staff(
    common: &Common,
    username: &str,
    grade: Option<&str>,
) -> anyhow::Result<()> {
    let grade = grade.map(str::parse).transpose();
    let grade = grade.map_err(|_: domain::Refusal| {
        anyhow::anyhow!("the grade is none of: assistant, junior, intermediate")
    })?;
    let db = migrated(common).await?;
    staff::set_grade(&db, &act(), username, grade)
        .await
        .map_err(told)?;
    db.close().await;
    eprintln!("Noted.");
    Ok(())
}

pub(super) async fn rotate_key(common: &Common) -> anyhow::Result<()> {
    let db = migrated(common).await?;
    add_ticket_key(&db, &act(), false).await?;
    db.close().await;
    eprintln!("A new key signs from now on; running servers take it over within a minute.");
    Ok(())
}

pub(super) async fn revoke_key(common: &Common, kid: i64) -> anyhow::Result<()> {
    let db = migrated(common).await?;
    ticket_keys::revoke(&db, &act(), kid).await.map_err(told)?;
    db.close().await;
    eprintln!("Key {kid} is trusted no more; running servers learn it within a minute.");
    Ok(())
}

pub(super) async fn list_keys(common: &Common) -> anyhow::Result<()> {
    let db = migrated(common).await?;
    println!("key\tcreated\tstate\tpublic half");
    for key in ticket_keys::all(&db).await? {
        let state = match (key.revoked_at, key.retired_at) {
            (Some(_), _) => "revoked",
            (None, Some(_)) => "retired",
            (None, None) => "signs",
        };
        println!(
            "{}\t{}\t{state}\t{}",
            key.kid,
            key.created_at.rfc3339(),
            key.public
        );
    }
    db.close().await;
    Ok(())
}
