//! Making a certificate out.

use super::{
    answer::settle,
    read::{CertificateView, find_in},
    requests::{RequestView, open_in},
};
use crate::{
    Act, Db, Error, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry as AuditEntry},
    centers,
    hours::{EntryView, of_person_in},
    notices, outcome,
};
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    certificate::{Content, RANDOM, Service, check_hours, check_stretch},
    hours::{Kind, totals},
    id::{AccountId, CenterId, CertificateId, CertificateRequestId, PersonId},
    notice::Notice,
    time::Timestamp,
};
use serde_json::json;
use std::sync::Arc;
use ticket::{ALPHABET, Keyring, SigningKey, sign_paper};

/// What a certificate is to tell of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The center that recorded the hours.
    pub center: CenterId,
    /// Whose.
    pub person: PersonId,
    /// Of shifts that began from then on.
    pub from: Timestamp,
    /// And before then.
    pub to: Timestamp,
}

/// Makes a certificate out, of the hours that the center itself has recorded and that count. Who records
/// certifies (`domain.md` 3.2).
///
/// # Errors
/// [`Refusal::Invalid`] for a stretch without hours, [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn issue(
    db: &Db,
    act: &Act,
    signer: &Arc<SigningKey>,
    keyring: &Arc<Keyring>,
    wanted: Wanted,
) -> Result<CertificateView> {
    let mut tx = db.read().await?;
    let account: Option<(AccountId,)> = tx
        .sql("SELECT account_id FROM person WHERE id = $1")
        .bind(&wanted.person)
        .optional()
        .await?;
    drop(tx);
    let (account,) = account.ok_or(Refusal::NotFound)?;
    let op = Issue {
        signer: Arc::clone(signer),
        keyring: Arc::clone(keyring),
        account: account.clone(),
        wanted,
        request: None,
    };
    Ok(db.write(act, Locks::of([&account]), op).await??)
}

/// Makes out what a request asks for.
pub(super) async fn issue_for(
    db: &Db,
    act: &Act,
    signer: &Arc<SigningKey>,
    keyring: &Arc<Keyring>,
    request: RequestView,
) -> Result<CertificateView> {
    let account = request.account_id;
    let op = Issue {
        signer: Arc::clone(signer),
        keyring: Arc::clone(keyring),
        account: account.clone(),
        wanted: Wanted {
            center: request.center_id,
            person: request.person_id,
            from: request.from_at,
            to: request.to_at,
        },
        request: Some(request.id),
    };
    Ok(db.write(act, Locks::of([&account]), op).await??)
}

struct Issue {
    signer: Arc<SigningKey>,
    keyring: Arc<Keyring>,
    account: AccountId,
    wanted: Wanted,
    /// What it answers.
    request: Option<CertificateRequestId>,
}

#[async_trait::async_trait]
impl Op for Issue {
    type Out = Outcome<CertificateView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.issue_in(tx, act).await)
    }
}

#[derive(sqlx::FromRow)]
struct Facts {
    name: String,
    volunteer_no: Option<String>,
    center: String,
    phone: String,
}

impl Issue {
    async fn issue_in(&self, tx: &mut Tx, act: &Act) -> Result<CertificateView> {
        let wanted = &self.wanted;
        let place = centers::place(tx, &wanted.center).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        tx.need([&self.account])?;
        if let Some(request) = &self.request {
            open_in(tx, request).await?;
        }
        check_stretch(wanted.from, wanted.to, act.now)?;
        let stretch = (wanted.from, wanted.to);
        let entries = of_person_in(tx, &wanted.person, &wanted.center, stretch).await?;
        let counted: Vec<EntryView> = entries.into_iter().filter(|e| e.sum.counts()).collect();
        check_hours(counted.iter().map(|entry| entry.sum.minutes).sum())?;
        let content = self.content(tx, act, &counted).await?;
        let text = serde_json::to_string(&content)?;
        let signature = sign_paper(&self.signer, text.as_bytes()).to_string();
        let id: CertificateId = act.ids.make(act.now);
        tx.sql(
            "INSERT INTO certificate (id, number, person_id, account_id, center_id, content,
                 signature, issued_at, issued_by, demo)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&id)
        .bind(&content.number)
        .bind(&wanted.person)
        .bind(&self.account)
        .bind(&wanted.center)
        .bind(&text)
        .bind(&signature)
        .bind(act.now)
        .bind(act.caller.staff().ok())
        .bind(content.demo)
        .run()
        .await?;
        for entry in &counted {
            tx.sql("INSERT INTO certificate_entry (certificate_id, entry_id) VALUES ($1, $2)")
                .bind(&id)
                .bind(&entry.id)
                .run()
                .await?;
        }
        let whose = (&wanted.person, &wanted.center);
        let was_asked = settle(tx, act, &id, whose, stretch).await?;
        self.tell(tx, act, &id, (&content, was_asked)).await?;
        let made = find_in(tx, &self.keyring, &content.number).await?;
        made.ok_or(Error::Corrupt("certificate"))
    }

    async fn tell(
        &self,
        tx: &mut Tx,
        act: &Act,
        id: &CertificateId,
        (content, was_asked): (&Content, bool),
    ) -> Result<()> {
        let entry = AuditEntry {
            action: Verb::CertificateIssue,
            subject: ("certificate", id.as_str()),
            center: Some(&self.wanted.center),
            detail: json!({ "person": self.wanted.person,
                "minutes": content.verified_minutes + content.entered_minutes }),
        };
        audit::record(tx, act, entry).await?;
        let notice = Notice::CertificateGiven {
            person: content.name.clone(),
            number: content.number.clone(),
            center: content.center.clone(),
        };
        // Who asked from afar waits for it; who stands at the desk has it.
        let told = match was_asked {
            true => notices::tell_by_day(tx, act, &self.account, &notice, id.as_str()).await,
            false => notices::inbox(tx, act, &self.account, &notice, id.as_str()).await,
        };
        told.map(drop)
    }

    async fn content(&self, tx: &mut Tx, act: &Act, entries: &[EntryView]) -> Result<Content> {
        let wanted = &self.wanted;
        let facts: Option<Facts> = tx
            .sql(
                "SELECT p.name, COALESCE(v.formal_no, v.probation_no) AS volunteer_no,
                    c.name AS center, c.phone
                 FROM person p JOIN center c ON c.id = $2
                 LEFT JOIN volunteer v ON v.person_id = p.id WHERE p.id = $1",
            )
            .bind(&wanted.person)
            .bind(&wanted.center)
            .optional()
            .await?;
        let facts = facts.ok_or(Refusal::NotFound)?;
        let sums = totals(entries.iter().map(|entry| &entry.sum));
        Ok(Content {
            number: number(act, &wanted.center),
            name: facts.name,
            volunteer_no: facts.volunteer_no.unwrap_or_default(),
            center_id: wanted.center.clone(),
            center: facts.center,
            phone: facts.phone,
            handler: handler_name(tx, act).await?,
            from: wanted.from.day().to_string(),
            to: wanted.to.plus(-1).day().to_string(),
            verified_minutes: sums.verified,
            entered_minutes: sums.entered,
            services: services(entries),
            issued_on: act.now.day().to_string(),
            demo: entries.iter().any(|entry| entry.demo),
        })
    }
}

/// The services of entries, each with its corrections; verified and entered minutes apart.
fn services(entries: &[EntryView]) -> Vec<Service> {
    let mut found: Vec<(&EntryView, Service)> = Vec::new();
    for entry in entries {
        let kind = entry.sum.counts_as;
        let same = found
            .iter_mut()
            .find(|(of, service)| of.assignment_id == entry.assignment_id && service.kind == kind);
        match same {
            Some((_, service)) => service.minutes += entry.sum.minutes,
            None => {
                let service = Service {
                    on: entry.span.start().day().to_string(),
                    title: entry.title.clone(),
                    kind,
                    minutes: entry.sum.minutes,
                };
                found.push((entry, service));
            }
        }
    }
    found.sort_by_key(|(entry, service)| (entry.span.start(), service.kind != Kind::Verified));
    found.into_iter().map(|(_, service)| service).collect()
}

/// A number that nobody can guess: the center, and random characters that are read out easily.
fn number(act: &Act, center: &CenterId) -> String {
    let random: [u8; 4 * RANDOM] = act.ids.random();
    let letters = u8::try_from(ALPHABET.len()).unwrap_or(u8::MAX);
    // Bytes beyond the last whole round of the alphabet are thrown away: each letter is as likely.
    let fair = u8::MAX / letters * letters;
    let fair = random.iter().filter(|byte| **byte < fair);
    let chosen = fair.take(RANDOM).map(|byte| byte % letters);
    let chosen = chosen.filter_map(|nth| ALPHABET.get(usize::from(nth)));
    let text: String = chosen.map(|letter| char::from(*letter)).collect();
    format!("{center}-{text}")
}

async fn handler_name(tx: &mut Tx, act: &Act) -> Result<String> {
    let Ok(staff) = act.caller.staff() else {
        return Ok(String::new());
    };
    let found: Option<(String,)> = tx
        .sql("SELECT name FROM staff WHERE id = $1")
        .bind(staff)
        .optional()
        .await?;
    Ok(found.map(|(name,)| name).unwrap_or_default())
}
