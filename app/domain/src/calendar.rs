//! Calendar files (iCalendar, RFC 5545) of bookings, for the calendar on a person's phone
//! (C-160).
//!
//! A writer of our own: the crate `icalendar` (0.17) reads the clock for a DTSTAMP and draws a
//! random UID wherever they are missing, which this crate must not be able to do, and what we
//! write is one component with a dozen properties.
//!
//! Every text that people typed goes through one escaping that leaves no line break, and every
//! line through one folding, so that no text can begin a property of its own.

#[cfg(test)]
mod tests;

use crate::{
    booking::State,
    commitment::Subject,
    time::{Span, Timestamp},
};
use chrono::DateTime;
use std::fmt::Write as _;

/// Most octets of a line, its CRLF not counted (RFC 5545, 3.1).
const LINE: usize = 75;

/// How an event stands in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The person has a place.
    Confirmed,
    /// The person is on the waitlist.
    Tentative,
    /// Cancelled by either side. Calendars strike it through rather than drop it.
    Cancelled,
}

impl Standing {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::Tentative => "TENTATIVE",
            Self::Cancelled => "CANCELLED",
        }
    }
}

impl From<State> for Standing {
    fn from(state: State) -> Self {
        match state {
            State::Confirmed | State::CheckedIn | State::NoShow => Self::Confirmed,
            State::Waitlisted => Self::Tentative,
            State::Cancelled => Self::Cancelled,
        }
    }
}

/// A calendar entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Stays the same for the life of the booking; see [`uid`].
    pub uid: String,
    /// Must grow with every change to the booking or its occurrence, or calendars ignore it.
    pub sequence: u32,
    /// When the entry was last changed, or is written.
    pub stamp: Timestamp,
    /// When it takes place, to the second.
    pub span: Span,
    /// Its status.
    pub standing: Standing,
    /// Whether somebody may be somewhere else meanwhile: it does not show them as busy.
    pub is_transparent: bool,
    /// The title.
    pub summary: String,
    /// Where, in words.
    pub location: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// Absolute URL of the booking's page.
    pub url: Option<String>,
    /// Who runs it: the center's name.
    pub organizer: Option<String>,
    /// Text of a reminder two hours ahead, if wanted. Cancelled events have none.
    pub reminder: Option<String>,
}

/// The UID of a commitment's event.
pub fn uid(subject: &Subject) -> String {
    format!("{}@linli", subject.id())
}

/// The media type of what [`write`] returns.
pub const MEDIA_TYPE: &str = "text/calendar; charset=utf-8; method=PUBLISH";

/// A calendar with these events. `name` is the title of a subscribed calendar; leave it out for
/// the file of a single booking.
///
/// The RFC requires at least one event, but subscribing calendars accept an empty feed.
pub fn write(name: Option<&str>, events: &[Event]) -> String {
    let mut out = Lines::default();
    out.raw("BEGIN:VCALENDAR");
    out.raw("VERSION:2.0");
    out.raw("PRODID:-//Linli//Linli//ZH");
    out.raw("CALSCALE:GREGORIAN");
    out.raw("METHOD:PUBLISH");
    out.text("NAME", name);
    out.text("X-WR-CALNAME", name);
    for event in events {
        event.write(&mut out);
    }
    out.raw("END:VCALENDAR");
    out.0
}

impl Event {
    fn write(&self, out: &mut Lines) {
        out.raw("BEGIN:VEVENT");
        out.text("UID", Some(&self.uid));
        out.raw(&format!("SEQUENCE:{}", self.sequence));
        out.raw(&format!("DTSTAMP:{}", utc(self.stamp)));
        out.raw(&format!("DTSTART:{}", utc(self.span.start())));
        // Rounded up, so that the end stays after the start.
        out.raw(&format!("DTEND:{}", utc(self.span.end().plus(999))));
        out.raw(&format!("STATUS:{}", self.standing.as_str()));
        if self.is_transparent {
            out.raw("TRANSP:TRANSPARENT");
        }
        out.text("SUMMARY", Some(&self.summary));
        out.text("LOCATION", self.location.as_deref());
        out.text("DESCRIPTION", self.description.as_deref());
        if let Some(url) = filled(self.url.as_deref()) {
            out.raw(&format!("URL:{}", uri(url)));
        }
        if let Some(name) = filled(self.organizer.as_deref()) {
            // RFC 5546 requires an organizer with an address; centers have none that could reply.
            out.raw(&format!("ORGANIZER;CN=\"{}\":invalid:nomail", quoted(name)));
        }
        if let Some(words) =
            filled(self.reminder.as_deref()).filter(|_| self.standing != Standing::Cancelled)
        {
            out.raw("BEGIN:VALARM");
            out.raw("ACTION:DISPLAY");
            out.raw("TRIGGER:-PT2H");
            out.text("DESCRIPTION", Some(words));
            out.raw("END:VALARM");
        }
        out.raw("END:VEVENT");
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Lines, folded, each with its CRLF.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// A line that holds no line break.
    fn raw(&mut self, line: &str) {
        fold(line, &mut self.0);
    }

    /// A property whose value is text; left out where there is none.
    fn text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = filled(text) {
            self.raw(&format!("{name}:{}", escaped(text)));
        }
    }
}

/// Cuts a line into pieces of at most [`LINE`] octets, continued after CRLF and a space, between
/// characters only.
fn fold(line: &str, out: &mut String) {
    let mut used = 0;
    for c in line.chars() {
        if used + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(c);
        used += c.len_utf8();
    }
    out.push_str("\r\n");
}

/// Whether some reader treats it as the end of a line (more characters than the RFC names).
const fn breaks_line(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// A TEXT value (RFC 5545, 3.3.11): line breaks as `\n`, other control characters left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\t' => out.push(' '),
            c if breaks_line(c) => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A parameter value between quotes, which can hold neither quotes nor line breaks.
fn quoted(text: &str) -> String {
    let plain = |c: char| match c {
        '"' => '\'',
        c if c.is_control() || breaks_line(c) => ' ',
        c => c,
    };
    text.chars().map(plain).collect()
}

/// An address, with everything percent-encoded that an address cannot hold.
fn uri(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        if byte.is_ascii_graphic()
            && !matches!(
                byte,
                b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}'
            )
        {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A date and time in UTC, whole seconds.
fn utc(t: Timestamp) -> String {
    DateTime::from_timestamp_millis(t.0)
        .unwrap_or_default()
        .format("%Y%m%dT%H%M%SZ")
        .to_string()
}
