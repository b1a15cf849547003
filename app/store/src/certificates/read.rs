//! Reading certificates: one by its number, those of an account, those of a center.

use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, CenterLook, Entry},
    page::{Cursor, Page, Part},
};
use domain::{
    Refusal,
    audit::Verb,
    certificate::{Content, Standing, standing},
    id::{AccountId, CenterId, CertificateId, PersonId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use ticket::{Genuine, Keyring, PaperSignature, verify_paper};

/// A certificate with what is known of it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateView {
    /// Its id.
    pub id: CertificateId,
    /// What stands on it.
    pub content: Content,
    /// The signature on it, as text.
    pub signature: String,
    /// Whose.
    pub person_id: PersonId,
    /// Their account.
    pub account_id: AccountId,
    /// What is known of it.
    pub standing: Standing,
    /// When it was made out.
    pub issued_at: Timestamp,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
    /// Why, in the center's words.
    pub withdraw_reason: String,
    /// When what it tells of was corrected last.
    pub corrected_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: CertificateId,
    person_id: PersonId,
    account_id: AccountId,
    content: String,
    signature: String,
    issued_at: Timestamp,
    withdrawn_at: Option<Timestamp>,
    withdraw_reason: String,
    corrected_at: Option<Timestamp>,
}

impl Row {
    fn read(self, keyring: &Keyring) -> Result<CertificateView> {
        let signature: Option<PaperSignature> = self.signature.parse().ok();
        let genuine = signature.is_some_and(|signature| {
            verify_paper(keyring, self.content.as_bytes(), &signature) == Genuine::Yes
        });
        Ok(CertificateView {
            standing: standing(
                genuine,
                self.withdrawn_at.is_some(),
                self.corrected_at.is_some(),
            ),
            content: serde_json::from_str(&self.content)?,
            signature: self.signature,
            id: self.id,
            person_id: self.person_id,
            account_id: self.account_id,
            issued_at: self.issued_at,
            withdrawn_at: self.withdrawn_at,
            withdraw_reason: self.withdraw_reason,
            corrected_at: self.corrected_at,
        })
    }
}

/// Certificates `k` with the last correction that counts of what they tell of.
const CERTIFICATE: &str = "SELECT k.id, k.person_id, k.account_id, k.content, k.signature,
        k.issued_at, k.withdrawn_at, k.withdraw_reason,
        (SELECT MAX(h.at) FROM certificate_entry e JOIN hour_entry h ON h.corrects = e.entry_id
            WHERE e.certificate_id = k.id
            AND NOT EXISTS (SELECT 1 FROM certificate_entry c
                WHERE c.certificate_id = k.id AND c.entry_id = h.id)
            AND (h.approval = 'none' OR EXISTS (SELECT 1 FROM hour_word w
                WHERE w.entry_id = h.id AND w.word = 'approved'))) AS corrected_at
    FROM certificate k";

fn views(rows: Vec<Row>, keyring: &Keyring) -> Result<Vec<CertificateView>> {
    rows.into_iter().map(|row| row.read(keyring)).collect()
}

pub(super) async fn find_in(
    tx: &mut Tx,
    keyring: &Keyring,
    number: &str,
) -> Result<Option<CertificateView>> {
    let row: Option<Row> = tx
        .sql_built(format!("{CERTIFICATE} WHERE k.number = $1"))
        .bind(number)
        .optional()
        .await?;
    row.map(|row| row.read(keyring)).transpose()
}

/// A certificate by its number, for whoever has it. The look is put on record, once in a quarter of an
/// hour (C-93).
///
/// # Errors
/// [`Refusal::NotFound`]; database errors.
pub async fn find(db: &Db, act: &Act, keyring: &Keyring, number: &str) -> Result<CertificateView> {
    let found = find_in(&mut db.read().await?, keyring, number).await?;
    let found = found.ok_or(Refusal::NotFound)?;
    let look = Look {
        id: found.id.clone(),
        center: found.content.center_id.clone(),
    };
    db.write(act, Locks::none(), look).await?;
    Ok(found)
}

struct Look {
    id: CertificateId,
    center: CenterId,
}

#[async_trait::async_trait]
impl Op for Look {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let entry = Entry {
            action: Verb::CertificateView,
            subject: ("certificate", self.id.as_str()),
            center: Some(&self.center),
            detail: json!({}),
        };
        audit::record_look(tx, act, "number", entry).await
    }
}

/// The certificates of an account's people, the newest first.
///
/// # Errors
/// Database errors.
pub async fn of_account(
    db: &Db,
    keyring: &Keyring,
    account: &AccountId,
    part: &Part,
) -> Result<Page<CertificateView>> {
    let mut tx = db.read().await?;
    let (at, id) = part.before();
    let rows: Vec<Row> = tx
        .sql_built(format!(
            "{CERTIFICATE} WHERE k.account_id = $1
             AND (k.issued_at < $2 OR (k.issued_at = $2 AND k.id < $3))
             ORDER BY k.issued_at DESC, k.id DESC LIMIT $4"
        ))
        .bind(account)
        .bind(at)
        .bind(id)
        .bind(part.limit.and_one())
        .all()
        .await?;
    let found = views(rows, keyring)?;
    Ok(part.of_rows(found, |view| Cursor::after(view.issued_at, &view.id)))
}

/// The certificates that a center has made out, the newest first. The look is put on record (rule 6).
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; database errors.
pub async fn of_center(
    db: &Db,
    act: &Act,
    keyring: &Keyring,
    center: &CenterId,
    part: &Part,
) -> Result<Page<CertificateView>> {
    let look = CenterLook {
        center,
        action: Verb::CertificateView,
        page: "certificates",
        detail: json!({}),
    };
    audit::look_at(db, act, look).await?;
    let mut tx = db.read().await?;
    let (at, id) = part.before();
    let rows: Vec<Row> = tx
        .sql_built(format!(
            "{CERTIFICATE} WHERE k.center_id = $1
             AND (k.issued_at < $2 OR (k.issued_at = $2 AND k.id < $3))
             ORDER BY k.issued_at DESC, k.id DESC LIMIT $4"
        ))
        .bind(center)
        .bind(at)
        .bind(id)
        .bind(part.limit.and_one())
        .all()
        .await?;
    let found = views(rows, keyring)?;
    Ok(part.of_rows(found, |view| Cursor::after(view.issued_at, &view.id)))
}

/// Somebody whose hours a center has recorded.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Volunteer {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
}

/// Whose hours a center has recorded, by name: for the form that makes a certificate out. Whoever shows
/// it has looked at the center's hours.
///
/// # Errors
/// Database errors.
pub async fn volunteers_of(db: &Db, center: &CenterId) -> Result<Vec<Volunteer>> {
    let mut tx = db.read().await?;
    tx.sql(
        "SELECT p.id, p.name FROM person p WHERE p.status = 'active'
         AND p.id IN (SELECT COALESCE(q.merged_into, q.id) FROM hour_entry h
             JOIN person q ON q.id = h.person_id WHERE h.center_id = $1)
         ORDER BY p.name, p.id LIMIT 500",
    )
    .bind(center)
    .all()
    .await
}
