//! What a center's menu says, in the reader's language: the English text where the city or the
//! center has written one, else the Chinese. The same for residents, for a kiosk and for staff.

use crate::i18n::Locale;
use domain::menu::ItemTexts;
use store::menu::{Field, Item};

/// The name of a service field.
pub fn field_name(locale: Locale, field: &Field) -> String {
    match locale {
        Locale::en if !field.name_en.is_empty() => field.name_en.clone(),
        _ => field.name_zh.clone(),
    }
}

/// The texts of an item. English ones without a name are not finished, and do not count.
pub fn item_texts(locale: Locale, item: &Item) -> &ItemTexts {
    let english = item.texts_en.as_ref().filter(|en| !en.name.is_empty());
    match (locale, english) {
        (Locale::en, Some(texts)) => texts,
        _ => &item.texts_zh,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name_en: &str) -> Field {
        serde_json::from_value(serde_json::json!({
            "code": "elder", "name_zh": "长者服务", "name_en": name_en, "icon": "老",
            "sensitive": false, "sort": 1
        }))
        .unwrap()
    }

    #[test]
    fn a_field_without_an_english_name_is_called_by_its_chinese_one_on_every_face() {
        assert_eq!(field_name(Locale::en, &field("For elders")), "For elders");
        assert_eq!(field_name(Locale::en, &field("")), "长者服务");
        assert_eq!(field_name(Locale::zh_CN, &field("For elders")), "长者服务");
    }
}
