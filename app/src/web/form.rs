//! HTML forms: fields by name, several of one name, blanks as nothing.

use super::{Fault, Site};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::Method,
};
use domain::{Reason, Refusal, text};

/// The fields of a form, from the body of a POST or from the query of a GET.
#[derive(Clone, Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded` text.
    pub fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// The form, unless a field holds what no database keeps (C-186).
    fn checked(self) -> Result<Self, Refusal> {
        for (name, value) in &self.0 {
            text::without_nul("form", name)?;
            text::without_nul(name, value)?;
        }
        Ok(self)
    }

    /// The trimmed value of a field; none where it is missing or blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self
            .0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.trim());
        value.filter(|value| !value.is_empty())
    }

    /// The value as it was sent, spaces and all: for passwords.
    pub fn raw(&self, name: &str) -> &str {
        self.0
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
        Self(
            fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// The form with another value of a field.
    #[must_use]
    pub fn with(mut self, name: &str, value: String) -> Self {
        self.0.retain(|(key, _)| key != name);
        self.0.push((name.to_owned(), value));
        self
    }

    /// All values of a field, blanks left out.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let values = self
            .0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.trim());
        values.filter(|value| !value.is_empty())
    }

    /// Whether a box was ticked.
    pub fn is_on(&self, name: &str) -> bool {
        self.get(name).is_some()
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
            return Ok(Self::parse(query.as_bytes()).checked()?);
        }
        if request
            .headers()
            .get("content-length")
            .and_then(|v| v.to_str().ok()?.parse().ok())
            > Some(MAX_BODY)
        {
            return Err(too_large().into());
        }
        let body = Bytes::from_request(request, site)
            .await
            .map_err(|_| too_large())?;
        Ok(Self::parse(&body).checked()?)
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
}
