//! Staff prove who they are: user name, password and, where it is set up, a second factor.

use super::{Form, Visit, secrets};
use domain::Refusal;
use store::{
    Result,
    logins::{NewLogin, Opened},
    staff,
};

/// Begins a session of the member of staff whose `username`, `password` and `totp` are in the
/// form.
///
/// # Errors
/// [`Refusal::WrongCredentials`], and [`Refusal::RateLimited`] while the name is locked; tell both
/// alike, so that nobody learns which user names exist.
pub async fn sign_in_staff(visit: &Visit, form: &Form, login: NewLogin) -> Result<Opened> {
    // Not trimmed: spaces may belong to a password.
    let password = form.raw("password").to_owned();
    let candidate = staff::begin_sign_in(visit.db(), &visit.act(), form.text("username")).await;
    let (candidate, locked) = match candidate {
        Ok(candidate) => (candidate, None),
        Err(error) if error.refusal().is_some() => (None, Some(error)),
        Err(error) => return Err(error),
    };
    // Also done for an unknown or locked name, so that all of them take the same time.
    let hash = candidate.as_ref().map(|found| found.password_hash.clone());
    let fits = visit.site.hashers().fits(password, hash).await?;
    if let Some(error) = locked {
        return Err(error);
    }
    let candidate = candidate
        .filter(|_| fits)
        .ok_or(Refusal::WrongCredentials)?;
    let step = match &candidate.totp_secret {
        Some(secret) => {
            let step = secrets::verify_totp(secret, form.text("totp"), visit.now.0);
            Some(step.ok_or(Refusal::WrongCredentials)?)
        }
        None => None,
    };
    staff::finish_sign_in(visit.db(), &visit.act(), &candidate.staff, step, login).await
}
