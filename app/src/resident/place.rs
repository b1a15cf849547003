//! What several pages say of a center: its name, how to call it, what is around.

use crate::{
    i18n::{Locale, td_string},
    ui::{FormKey, Row},
    words,
};
use domain::id::CenterId;
use leptos::prelude::*;
use store::{centers::Directory, menu::Field};

/// What every center is called at the end; a name may break before it.
const KIND: &str = "党群服务中心";

/// A center's name, which breaks only before what every center is called.
pub(super) fn center_name(name: &str) -> impl IntoView + use<> {
    let (own, kind) = name.find(KIND).map_or((name, ""), |at| name.split_at(at));
    view! { <span class="center-name">{own.to_owned()}<wbr />{kind.to_owned()}</span> }
}

/// A link that calls a number; nothing where there is none.
pub(super) fn phone_link(phone: &str) -> Option<impl IntoView + use<>> {
    let href = tel(phone)?;
    Some(view! { <a href=href>{phone.to_owned()}</a> })
}

/// `tel:075500000044`.
pub(super) fn tel(phone: &str) -> Option<String> {
    let digits: String = phone
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect();
    (!digits.is_empty()).then(|| format!("tel:{digits}"))
}

/// The fields as a grid of ways into the menu.
pub(super) fn field_grid(
    locale: Locale,
    center: &CenterId,
    fields: &[Field],
) -> impl IntoView + use<> {
    let cells: Vec<_> = fields
        .iter()
        .map(|field| {
            let href = format!("/centers/{center}/menu#{}", field.code);
            view! {
                <li><a href=href><span class="field-mark" aria-hidden="true">{field.icon.clone()}</span>{words::field_name(locale, field)}</a></li>
            }
        })
        .collect();
    view! { <ul class="field-grid">{cells}</ul> }
}

/// A center beside another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Near {
    /// Its code.
    pub id: CenterId,
    /// Its name.
    pub name: String,
    /// District and subdistrict.
    pub place: String,
    /// How far it is, where both places are known.
    pub metres: Option<u32>,
}

/// The centers next door.
pub(super) fn around(centers: &Directory, center: &CenterId, limit: usize) -> Vec<Near> {
    let near = centers.near(center, limit).map(|near| Near {
        id: near.center.id.clone(),
        name: near.center.name.clone(),
        place: format!("{} · {}", near.center.district, near.center.subdistrict),
        metres: near.metres,
    });
    near.collect()
}

/// Rows of centers near.
pub(super) fn near_rows(locale: Locale, near: Vec<Near>) -> impl IntoView {
    let rows: Vec<_> = near
        .into_iter()
        .map(|center| {
            let distance = center.metres.map(|m| words::distance(locale, f64::from(m)));
            view! {
                <Row href=format!("/centers/{}", center.id) title=center.name note=center.place>
                    {distance.map(|text| view! { <span class="badge">{text}</span> })}
                </Row>
            }
        })
        .collect();
    view! { <ul class="row-list">{rows}</ul> }
}

/// The button that makes a center the one that is remembered.
pub(super) fn choose(locale: Locale, center: &CenterId, back: &str) -> impl IntoView + use<> {
    view! {
        <form method="post" action="/preferences"><FormKey />
            <input type="hidden" name="center" value=center.to_string() />
            <input type="hidden" name="back" value=back.to_owned() />
            <button class="button button-wide" type="submit">{td_string!(locale, finder.choose)}</button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::tel;

    #[test]
    fn a_number_is_called_by_its_digits() {
        assert_eq!(tel("0755-0000 0044").as_deref(), Some("tel:075500000044"));
        assert_eq!(tel(" "), None);
    }
}
