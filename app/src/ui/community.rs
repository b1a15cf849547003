//! The communities around a center, to choose where somebody lives.

use super::SelectField;
use crate::{
    i18n::{Locale, td_string},
    web::Site,
};
use domain::{id::CenterId, place::CommunityKey};
use leptos::prelude::*;

/// Communities to choose from.
#[derive(Clone, Debug, Default)]
pub struct Communities {
    /// Key and name of each.
    options: Vec<(String, String)>,
    /// The one that the center itself is in.
    pub own: Option<CommunityKey>,
}

impl Communities {
    /// Those of the center's subdistrict, and the one that was chosen before.
    pub fn around(site: &Site, center: Option<&CenterId>, chosen: &str) -> Self {
        let mut found = Self::default();
        if let Some(center) = center {
            let all = site.centers();
            if let Some(here) = all.get(center.as_str()) {
                let code = &here.subdistrict_code;
                let near = all.all().iter().filter(|c| c.subdistrict_code == *code);
                let named = near.map(|c| (CommunityKey::new(code, &c.community), c));
                let named = named.map(|(key, c)| (key.as_str().to_owned(), c.community.clone()));
                found.options = named.collect();
                found.options.dedup();
                found.own = Some(CommunityKey::new(code, &here.community));
            }
        }
        if !found.options.iter().any(|(key, _)| key == chosen)
            && let Ok(key) = CommunityKey::parse(chosen)
        {
            let option = (key.as_str().to_owned(), key.name().to_owned());
            found.options.push(option);
        }
        found
    }

    /// Key and name of each.
    pub fn named(&self) -> Vec<(CommunityKey, String)> {
        let key =
            |(key, name): &(String, String)| Some((CommunityKey::parse(key).ok()?, name.clone()));
        self.options.iter().filter_map(key).collect()
    }

    /// Whether there is none to choose.
    pub const fn is_empty(&self) -> bool {
        self.options.is_empty()
    }
}

/// Where somebody lives.
#[component]
pub fn CommunityField(
    /// The language.
    locale: Locale,
    /// What there is to choose from.
    communities: Communities,
    /// The key of the one that is chosen.
    chosen: String,
    /// Why somebody is asked.
    #[prop(into)]
    hint: String,
    /// What is wrong with it.
    #[prop(optional_no_strip)]
    error: Option<String>,
    /// Whether it may be left open.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let open = (
        String::new(),
        td_string!(locale, details.community_none).to_owned(),
    );
    let open = optional.then_some(open);
    let options: Vec<_> = open.into_iter().chain(communities.options).collect();
    view! {
        <SelectField name="community" label=td_string!(locale, details.community) hint=hint
            options selected=chosen error=error />
    }
}
