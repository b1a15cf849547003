//! Who runs a center and until when, where the center is introduced to the staff.

use crate::{
    i18n::{Locale, td_string},
    web::{Fault, Visit},
    words,
};
use domain::{id::CenterId, time::Timestamp};
use leptos::prelude::*;
use store::agencies::{self, Operator};

/// Who runs it now.
pub(in crate::staff) async fn of(
    visit: &Visit,
    center: &CenterId,
) -> Result<Option<Operator>, Fault> {
    at(visit, center, visit.now).await
}

/// Who ran it then.
pub(in crate::staff) async fn at(
    visit: &Visit,
    center: &CenterId,
    moment: Timestamp,
) -> Result<Option<Operator>, Fault> {
    Ok(agencies::operator(visit.db(), center, moment).await?)
}

/// In a line; nothing where no agency does.
pub(in crate::staff) fn line(locale: Locale, operator: Option<&Operator>) -> impl IntoView + use<> {
    operator.map(|of| {
        let day = words::day_plain(locale, of.until);
        let text = td_string!(locale, agency.run_by, name = &of.short_name, day);
        view! { <p class="hint">{text}</p> }
    })
}
