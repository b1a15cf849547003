//! HTML forms: fields by name, several of one name, blanks as nothing.

mod upload;

pub use upload::{MAX_UPLOAD, Upload};

use super::{Fault, Site};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::Method,
};
use chrono::NaiveDate;
use domain::{Reason, Refusal, commitment::Event, text};
use store::Key;

/// The fields of a form, from the body of a POST or from the query of a GET.
#[derive(Clone, Debug, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
    /// Where it was sent to.
    path: String,
}

impl Form {
    /// Reads `application/x-www-form-urlencoded` text.
    pub fn parse(text: &[u8]) -> Self {
        Self::from_fields(form_urlencoded::parse(text).into_owned())
    }

    fn from_fields(fields: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            fields: fields.into_iter().collect(),
            path: String::new(),
        }
    }

    /// The form as it was sent there, unless a field holds what no database keeps (C-186).
    fn sent_to(mut self, path: &str) -> Result<Self, Refusal> {
        for (name, value) in &self.fields {
            text::without_nul("form", name)?;
            text::without_nul(name, value)?;
        }
        path.clone_into(&mut self.path);
        Ok(self)
    }

    /// The key that the page gave this form (see `ui::FormKey`): sent again, it does nothing again
    /// (C-181). None from programs that send none.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for a key that no page makes.
    pub fn key(&self) -> Result<Option<Key>, Refusal> {
        self.keyed(str::to_owned)
    }

    /// The same for one of several things that the form asks for: each happens once, and each has an
    /// answer of its own.
    ///
    /// # Errors
    /// As [`Self::key`].
    pub fn key_of(&self, part: &str) -> Result<Option<Key>, Refusal> {
        self.keyed(|key| format!("{key}.{part}"))
    }

    fn keyed(&self, named: impl Fn(&str) -> String) -> Result<Option<Key>, Refusal> {
        let Some(key) = self.get("key") else {
            return Ok(None);
        };
        let fields = self.fields.iter().filter(|(name, _)| name != "key");
        let mut request = vec![self.path.as_bytes()];
        request.extend(fields.flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]));
        Key::new(&named(key), &request).map(Some)
    }

    /// Which of several a scan stands for, in the field of its kind.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for an id that cannot exist.
    pub fn event(&self) -> Result<Option<Event>, Refusal> {
        let kinds = ["occurrence", "shift"].into_iter();
        let mut said = kinds.filter_map(|kind| Some((kind, self.get(kind)?)));
        let said = said.next();
        said.map(|(kind, id)| Event::parse(kind, id)).transpose()
    }

    /// The trimmed value of a field; none where it is missing or blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self
            .fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.trim());
        value.filter(|value| !value.is_empty())
    }

    /// The value as it was sent, spaces and all: for passwords.
    pub fn raw(&self, name: &str) -> &str {
        self.fields
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// The trimmed value, or the empty text: to show what was entered again.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// A field that must be there.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming it.
    pub fn need(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name)
            .ok_or_else(|| Refusal::invalid(name, Reason::Missing))
    }

    /// A form with these values, as if somebody had entered them.
    pub fn of<'a>(fields: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let owned = |(name, value): (&str, String)| (name.to_owned(), value);
        Self::from_fields(fields.into_iter().map(owned))
    }

    /// The form with another value of a field.
    #[must_use]
    pub fn with(mut self, name: &str, value: String) -> Self {
        self.fields.retain(|(key, _)| key != name);
        self.fields.push((name.to_owned(), value));
        self
    }

    /// The form with the fields of another after its own.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.fields.extend(other.fields);
        self
    }

    /// All values of a field, blanks left out.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let values = self
            .fields
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.trim());
        values.filter(|value| !value.is_empty())
    }

    /// Whether a box was ticked.
    pub fn is_on(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A day, where one was entered; one without a year is the next from `near` on.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming the field where it is not a day.
    pub fn day(&self, name: &str, near: NaiveDate) -> Result<Option<NaiveDate>, Refusal> {
        let read = |written| text::day(written, near);
        let wrong = || Refusal::invalid(name, Reason::NotADay);
        self.get(name)
            .map(|written| read(written).ok_or_else(wrong))
            .transpose()
    }

    /// A day that must be there.
    ///
    /// # Errors
    /// As [`Self::day`], and where it is missing.
    pub fn need_day(&self, name: &str, near: NaiveDate) -> Result<NaiveDate, Refusal> {
        let day = self.day(name, near)?;
        day.ok_or_else(|| Refusal::invalid(name, Reason::Missing))
    }

    /// A number, where one was entered.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming the field where it is not a number.
    pub fn number<N: std::str::FromStr>(&self, name: &str) -> Result<Option<N>, Refusal> {
        let parse = |written: &str| {
            text::number(written)
                .parse()
                .map_err(|_| Refusal::invalid(name, Reason::NotANumber))
        };
        self.get(name).map(parse).transpose()
    }
}

/// Largest form body.
const MAX_BODY: usize = 64 * 1024;

fn too_large() -> Refusal {
    Refusal::invalid("form", Reason::TooLarge)
}

impl FromRequest<Site> for Form {
    type Rejection = Fault;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Fault> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            let query = request.uri().query().unwrap_or_default();
            return Ok(Self::parse(query.as_bytes()).sent_to(request.uri().path())?);
        }
        if request
            .headers()
            .get("content-length")
            .and_then(|v| v.to_str().ok()?.parse().ok())
            > Some(MAX_BODY)
        {
            return Err(too_large().into());
        }
        let path = request.uri().path().to_owned();
        let body = Bytes::from_request(request, site)
            .await
            .map_err(|_| too_large())?;
        Ok(Self::parse(&body).sent_to(&path)?)
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn a_form_keeps_repeated_fields_and_drops_blanks() {
        let form = Form::parse("who=1&who=2&who=&name=+%E6%9D%8E+&note=".as_bytes());
        assert_eq!(form.all("who").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(form.get("name"), Some("李"));
        assert_eq!(form.get("note"), None);
        assert!(form.number::<u8>("name").is_err());
        assert_eq!(form.number::<u8>("who").unwrap(), Some(1));
    }

    #[test]
    fn c181_a_key_belongs_to_what_was_sent_and_where() {
        let form = |fields: &str, path| Form::parse(fields.as_bytes()).sent_to(path).unwrap();
        let key = |fields, path| form(fields, path).key().unwrap();
        let first = key("key=a&name=x", "/me/family");
        assert!(first.is_some());
        assert_eq!(first, key("name=x&key=a", "/me/family"));
        assert_ne!(first, key("key=a&name=y", "/me/family"));
        assert_ne!(first, key("key=a&name=x", "/me/family/1"));
        assert_eq!(key("name=x", "/me/family"), None);
        assert!(form("key=%E6%9D%8E", "/").key().is_err());
    }

    #[test]
    fn c181_each_of_several_things_in_a_form_has_a_key_of_its_own() {
        let form = |fields: &str| Form::parse(fields.as_bytes()).sent_to("/close").unwrap();
        let one = form("key=a&shift=1&shift=2");
        let first = one.key_of("1").unwrap();
        assert!(first.is_some());
        assert_eq!(first, form("key=a&shift=1&shift=2").key_of("1").unwrap());
        assert_ne!(first, one.key_of("2").unwrap());
        assert_ne!(first, one.key().unwrap());
        assert_eq!(form("shift=1").key_of("1").unwrap(), None);
    }
}
